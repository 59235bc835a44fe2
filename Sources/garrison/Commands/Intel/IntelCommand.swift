import ArgumentParser
import Domain

/// `garrison intel`: vulnerability intelligence.
struct IntelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "intel", abstract: "Load, update, inspect and index vulnerability intelligence.",
        subcommands: [
            IntelImportCommand.self, IntelUpdateCommand.self, IntelStatusCommand.self, IntelCheckCommand.self,
            IntelIndexCommand.self,
        ])
}

/// A source named on the command line, or `auto`.
struct SourceArgument: ExpressibleByArgument {
    /// Nil: told by content.
    let source: IntelligenceSource?

    init?(argument: String) {
        source = IntelligenceSource(rawValue: argument)
        if source == nil, argument != "auto" { return nil }
    }

    static var allValueStrings: [String] { IntelligenceSource.feeds.map(\.rawValue) + ["auto"] }
}

extension IntelligenceSource: ExpressibleByArgument {}
