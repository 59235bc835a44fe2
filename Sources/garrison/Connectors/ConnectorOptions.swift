import ArgumentParser
import Connectors
import Domain

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

    func entered() throws(CommandError) -> EnteredConnector { try EnteredConnector(kind, settings) }
}

/// `NAME=VALUE`
struct ConnectorSetting: ExpressibleByArgument {
    let name: String
    let value: String

    init(name: String, value: String) {
        self.name = name
        self.value = value
    }

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
