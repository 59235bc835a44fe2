import Testing

@Suite("Rules of the code that the compiler does not know")
struct StyleTests {
    private static let longest = 350

    @Test("a file has one subject: none is longer than 350 lines")
    func filesAreShort() throws {
        for file in try SourceTree.files("Sources") + SourceTree.files("Tests") + SourceTree.files("Benchmarks")
            + SourceTree.files("Simulators")
        {
            #expect(file.lines.count <= Self.longest, "\(file.path) has \(file.lines.count) lines")
        }
    }

    @Test("nothing traps on purpose, and unchecked claims are proved in a comment")
    func nothingTraps() throws {
        for file in try SourceTree.files("Sources") {
            #expect(!file.has("try!"), "\(file.path) traps on an error")
            #expect(!file.has(" as! "), "\(file.path) traps on another type")
            #expect(!file.has("fatalError("), "\(file.path) ends the process")
            for (number, line) in file.lines.enumerated() where line.contains("@unchecked Sendable") {
                let isProved = file.lines[max(0, number - 6)..<number].contains { $0.contains("//") }
                #expect(isProved, "\(file.path):\(number + 1) is not proved")
            }
        }
    }

    @Test("no unfinished work is left in a path that a user reaches")
    func nothingIsUnfinished() throws {
        let words = ["TO" + "DO", "FIX" + "ME", "not implemented"]
        for file in try SourceTree.files("Sources") {
            for word in words { #expect(!file.has(word), "\(file.path) says \(word)") }
        }
    }

    @Test("nothing refers to a folder outside the checkout")
    func isSelfContained() throws {
        let outside = ".." + "/shared"
        for folder in ["Sources", "Simulators", "Tests", "Benchmarks", "database"] {
            for file in try SourceTree.files(folder, suffix: "") {
                #expect(!file.has(outside), "\(file.path) needs \(outside)")
            }
        }
    }
}
