import ArgumentParser
import Connectors
import Domain
import FoundationEssentials

/// A vendor and how to reach it.
struct ConnectorOptions: ParsableArguments {
    @Argument(help: "The vendor; `garrison connector kinds` lists them.")
    var kind: ConnectorKind

    @Option(name: .customLong("set"), help: "A setting, NAME=VALUE; as many as are needed.")
    var settings: [ConnectorSetting] = []

    /// Runs `body` with the connector, and closes its connections.
    func withConnector<Value>(_ body: (any Connector) async throws -> Value) async throws -> Value {
        let entered = try entered()
        return try await ConnectorNetwork.with { network in
            try await body(try kind.connector(entered.configuration, network))
        }
    }

    /// What was entered, by name.
    struct Entered {
        var settings: [String: String] = [:]
        var secrets: [String: String] = [:]

        var configuration: ConnectorConfiguration { ConnectorConfiguration(settings: settings, secrets: secrets) }
    }

    func entered() throws(CommandError) -> Entered {
        var entered = Entered()
        for setting in settings { entered.settings[setting.name] = setting.value }
        for field in kind.fields where field.isSecret {
            let variable = "GARRISON_CONNECTOR_\(field.name.uppercased())"
            guard entered.settings[field.name] == nil else {
                throw .problem("\(field.name) is a secret, which others see on the command line; set \(variable).")
            }
            if let value = ProcessInfo.processInfo.environment[variable] {
                entered.secrets[field.name] = value
            } else if field.isRequired {
                entered.secrets[field.name] = try PasswordPrompt.secret(field.name)
            }
        }
        return entered
    }
}

/// `NAME=VALUE`
struct ConnectorSetting: ExpressibleByArgument {
    let name: String
    let value: String

    init?(argument: String) {
        let sides = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard sides.count == 2, !sides[0].isEmpty else { return nil }
        name = String(sides[0])
        value = String(sides[1])
    }
}

extension ConnectorKind: ExpressibleByArgument {
    public init?(argument: String) {
        guard let kind = Self.named(argument) else { return nil }
        self = kind
    }

    public static var allValueStrings: [String] { all.map(\.id) }
}

extension ConnectorStream: ExpressibleByArgument {}
