import Cluster
import Testing

@Suite("Choices that need no server")
struct ChoiceTests {
    @Test("without PostgreSQL the message names the package")
    func nothingInstalled() {
        #expect(throws: ClusterError.notInstalled) { try Installation.choose(among: [], data: nil) }
        #expect(ClusterError.notInstalled.message.contains("apt-get install postgresql"))
    }

    @Test("the newest installed version makes a new database; existing data keeps its own")
    func version() throws {
        let found = [16, 15, 17].map { Installation(binaries: "/pg/\($0)", version: $0) }
        #expect(try Installation.choose(among: found, data: nil).version == 17)
        #expect(try Installation.choose(among: found, data: 15).version == 15)
        #expect(throws: ClusterError.versionMismatch(data: 14, installed: [15, 16, 17])) {
            try Installation.choose(among: found, data: 14)
        }
        #expect(throws: ClusterError.tooOld(version: 13)) {
            try Installation.choose(among: [Installation(binaries: "/pg/13", version: 13)], data: nil)
        }
    }

    @Test("postmaster.pid is read as PostgreSQL writes it, whole or cut off")
    func postmasterFile() throws {
        let whole = "4711\n/data\n1700000000\n5432\n/run\n\n  65536 7\nready   \n"
        let file = try #require(PostmasterFile(text: whole))
        #expect(file.pid == 4711)
        #expect(file.isReady)
        #expect(PostmasterFile(text: "4711\n/data\n1700")?.isReady == false)
        #expect(PostmasterFile(text: "") == nil)
        #expect(PostmasterFile(text: "not a number\n") == nil)
    }

    @Test(
        "a folder's name reaches libpq whole",
        arguments: [("/a b", "'/a b'"), ("/it's", #"'/it\'s'"#), (#"/a\b"#, #"'/a\\b'"#)])
    func quoting(folder: String, quoted: String) {
        #expect(ClusterLayout.connectionString(socketFolder: folder).hasPrefix("host=\(quoted) "))
    }

    @Test("the first restart comes at once, later ones wait longer, at most ten seconds")
    func backoff() {
        let delays = (1...20).map(PrivateCluster.delay(before:))
        #expect(delays[0] == .zero)
        #expect(zip(delays, delays.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(delays[19] == .seconds(10))
    }
}
