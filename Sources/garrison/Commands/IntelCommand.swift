import ArgumentParser
import Domain
import FoundationEssentials
import Intelligence
import Scanner
import Store

/// `garrison intel`: vulnerability intelligence.
struct IntelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "intel", abstract: "Load, update and index vulnerability intelligence.",
        subcommands: [Import.self, Update.self, Status.self, Index.self])

    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Load feed files into the database; gzip, xz and zstd included.")

        @OptionGroup var database: DatabaseOptions
        @Argument(help: "One of: \(IntelligenceSource.allCases.map(\.rawValue).joined(separator: " ")); or auto.")
        var source: String
        @Argument(help: "Files or directories.") var files: [String]

        func validate() throws {
            guard source == "auto" || IntelligenceSource(rawValue: source) != nil else {
                throw ValidationError("unknown source “\(source)”")
            }
            if files.isEmpty { throw ValidationError("give at least one file") }
        }

        func run() async throws {
            try await database.withStore { store in
                for file in files {
                    let outcome = try await store.intelligence.importFeed(
                        path: file, source: IntelligenceSource(rawValue: source), origin: file)
                    Console.note(outcome.sentence)
                }
                try await store.intelligence.queueRescans()
            }
        }
    }

    struct Update: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Download what is newer than what is loaded, and load it.")

        @OptionGroup var database: DatabaseOptions
        @Option(help: "Only this source; may be repeated.") var only: [IntelligenceSource] = []

        func run() async throws {
            let directory = "\(try database.dataDirectory)/downloads"
            let failures = try await database.withStore { store in
                try await IntelligenceUpdate(store: store, directory: directory, sources: only).run()
            }
            if failures > 0 { throw ExitCode(1) }
        }
    }

    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "What is loaded, how old it is, and what it lacks.")

        @OptionGroup var database: DatabaseOptions

        func run() async throws {
            let sources = try await database.withStore { try await $0.intelligence.status() }
            if sources.isEmpty { Console.note("Nothing is loaded: garrison intel update") }
            for source in sources {
                let date = source.contentDate.map { String($0.formatted(.iso8601).prefix(10)) } ?? "unknown"
                let lacks = source.lacks.isEmpty ? "" : "; lacks \(source.lacks)"
                Console.print("\(source.source): \(source.records) records, content of \(date)\(lacks)")
            }
        }
    }

    struct Index: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make an index of a directory of feeds, for `garrison scan --intel`.")

        @Argument(help: "A directory of feeds, or one feed.") var directory: String
        @Option(help: "The file to write.") var output: String

        func run() async throws {
            let index = try OfflineIndex.build(from: directory)
            try index.write(toFile: output)
            Console.note("\(output): \(index.advisoryCount) advisories")
        }
    }
}

extension IntelligenceSource: ExpressibleByArgument {}
