import ArgumentParser
import Store

/// `garrison intel import`: feed files into the database.
struct IntelImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Load feed files into the database: plain, gzip, xz or zstd, zip and tar archives, directories.",
        discussion: "Each file is loaded as a whole or not at all; loading it again changes nothing.")

    @OptionGroup var database: DatabaseOptions
    @Argument(help: "Whose feed it is; auto: told by content.") var source: SourceArgument
    @Argument(help: "Files or directories.") var files: [String]

    func run() async throws {
        try await database.withStore { store in
            for file in files {
                let feed = IntelligenceStore.Feed(path: file, source: source.source, origin: "file")
                for outcome in try await store.intelligence.importFeeds([feed]) { ImportReport.show(outcome) }
            }
            try await store.intelligence.queueFollowing()
        }
    }
}

/// An import's outcome as lines for a person.
enum ImportReport {
    /// As many records that were left out are told; the rest is counted.
    private static let reasonsShown = 5

    static func show(_ outcome: IntelligenceStore.ImportOutcome) {
        Console.note(outcome.sentence)
        for rejected in outcome.rejected.prefix(reasonsShown) {
            Console.note("  left out \(rejected.record): \(rejected.reason)")
        }
    }
}
