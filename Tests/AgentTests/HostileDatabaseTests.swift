import Agent
import Domain
import Foundation
import Testing

@Suite(
    "Damaged RPM databases are read in part and told, and never end the process",
    .enabled(if: RPMSample.shared != nil, RPMSample.reason))
struct HostileDatabaseTests {
    /// The formats, each with the place where it is looked for.
    enum Format: String, CaseIterable {
        case sqlite = "var/lib/rpm/rpmdb.sqlite"
        case ndb = "var/lib/rpm/Packages.db"
        case berkeley = "var/lib/rpm/Packages"

        func data(_ sample: RPMSample) throws -> Data? {
            // The one header of many pages would only spread the damage thin.
            let headers = sample.headers.filter { $0.count < 20_000 }
            switch self {
            case .sqlite: return sample.sqlite
            case .ndb: return RPMDatabaseFiles.ndb(headers)
            case .berkeley: return try RPMDatabaseFiles.berkeley(headers)
            }
        }
    }

    private let sample: RPMSample

    init() throws { sample = try #require(RPMSample.shared) }

    private func check(_ data: Data, _ tree: ExaminedTree, _ format: Format) throws {
        let inventory = try tree.write(format.rawValue, data).collect()
        #expect(inventory.packages.allSatisfy { !$0.name.isEmpty && !$0.version.isEmpty })
        #expect(inventory.packages.count <= 2 * sample.headers.count)
    }

    @Test("cut anywhere", arguments: Format.allCases)
    func truncated(format: Format) throws {
        guard let data = try format.data(sample) else { return }
        let tree = try ExaminedTree()
        for count in stride(from: 0, to: data.count, by: max(1, data.count / 300)) {
            try check(data.prefix(count), tree, format)
        }
        for count in 0..<min(600, data.count) { try check(data.prefix(count), tree, format) }
    }

    @Test("bytes changed at random", arguments: Format.allCases)
    func mutated(format: Format) throws {
        guard let data = try format.data(sample) else { return }
        let tree = try ExaminedTree()
        var generator = SplitMix(state: 11)
        for round in 0..<1_500 {
            var bytes = data
            // Half of the rounds aim at the first bytes, where the structure is.
            let reach = round % 2 == 0 ? min(bytes.count, 512) : bytes.count
            for _ in 0..<Int.random(in: 1...8, using: &generator) {
                let index = bytes.startIndex + Int.random(in: 0..<reach, using: &generator)
                bytes[index] =
                    [0, 1, 0x7F, 0x80, 0xFF, UInt8.random(in: 0...255, using: &generator)][
                        Int.random(in: 0..<6, using: &generator)]
            }
            try check(bytes, tree, format)
        }
    }

    @Test("a header that claims more than it has")
    func headers() throws {
        let header = try #require(sample.headers.min { $0.count < $1.count })
        let tree = try ExaminedTree()
        var generator = SplitMix(state: 12)
        for _ in 0..<3_000 {
            var bytes = header
            for _ in 0..<3 {
                let index = bytes.startIndex + Int.random(in: 0..<min(bytes.count, 800), using: &generator)
                bytes[index] =
                    [0, 0x7F, 0xFF, UInt8.random(in: 0...255, using: &generator)][
                        Int.random(in: 0..<4, using: &generator)]
            }
            if Bool.random(using: &generator) {
                bytes = bytes.prefix(Int.random(in: 1..<bytes.count, using: &generator))
            }
            try check(RPMDatabaseFiles.ndb([bytes]), tree, .ndb)
        }
    }

    @Test("what is no database is told", arguments: Format.allCases)
    func noDatabase(format: Format) throws {
        let inventory = try ExaminedTree().write(format.rawValue, String(repeating: "no database ", count: 1_000))
            .collect()
        #expect(inventory.packages.isEmpty)
        #expect(inventory.reasons("packages.rpm").count == 1)
    }
}
