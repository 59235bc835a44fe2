import ArgumentParser
import Domain
import FoundationEssentials
import Intelligence

/// `garrison intel update`: newer feeds from the network into the database.
struct IntelUpdateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update", abstract: "Download what is newer than what is loaded, and load it.",
        discussion: """
            A source that cannot be had leaves its loaded data as it is; the others go on, and the exit code is 1. \
            Proxies are taken from HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY.
            """)

    @OptionGroup var database: DatabaseOptions
    @Option(help: "Only this source; may be repeated.") var only: [IntelligenceSource] = []
    @Option(help: "Base address of a mirror (environment: GARRISON_INTEL_MIRROR).") var mirror: String?

    func run() async throws {
        var settings = try DownloadSettings(environment: try database.configuration().intelligenceEnvironment)
        if let mirror { try settings.setMirror(mirror) }
        let directory = "\(try database.dataDirectory)/downloads"
        let failures = try await database.withStore { store in
            try await IntelligenceUpdate(store: store, directory: directory, settings: settings, sources: only).run()
        }
        if failures > 0 { throw ExitCode(1) }
    }
}
