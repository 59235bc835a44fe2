import ArgumentParser

/// `garrison intel index`: feeds made into one file that scans map into memory.
struct IntelIndexCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "index", abstract: "Make an index of a directory of feeds, for `garrison scan --intel`.")

    @Argument(help: "A directory of feeds, or one feed.") var directory: String
    @Option(help: "The file to write.") var output: String

    func run() async throws {
        let index = try OfflineIndex.build(from: directory)
        try index.write(toFile: output)
        Console.note("\(output): \(index.advisoryCount) advisories")
    }
}
