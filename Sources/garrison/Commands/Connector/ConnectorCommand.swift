import ArgumentParser
import Connectors

/// `garrison connector`: security vendors' interfaces.
struct ConnectorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "connector", abstract: "Security vendors: try, add and read their accounts.",
        discussion: """
            kinds, check and read need no database. Secrets are asked for, or read as one line each from standard input, or \
            taken from GARRISON_CONNECTOR_ and the setting's name in capitals; never from the command line.
            """,
        subcommands: [
            ConnectorKindsCommand.self, ConnectorCheckCommand.self, ConnectorReadCommand.self,
            ConnectorAddCommand.self, ConnectorListCommand.self, ConnectorTestCommand.self,
            ConnectorSyncCommand.self, ConnectorScheduleCommand.self, ConnectorQuarantineCommand.self,
            ConnectorRotateCommand.self, ConnectorConfigureCommand.self, ConnectorRemoveCommand.self,
        ])
}
