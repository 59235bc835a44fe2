import AsyncHTTPClient
import Domain

/// A kind of connector: what a person enters for it, and how it comes about.
public struct ConnectorKind: Sendable {
    /// One thing to enter.
    public struct Field: Sendable, Hashable {
        public let name: String
        /// What it is and where it is found, as a sentence.
        public let help: String
        public let isRequired: Bool
        /// Sealed when stored and never shown again.
        public let isSecret: Bool
        /// A text that people keep in a file.
        public let isDocument: Bool

        init(
            _ name: String, _ help: String, isRequired: Bool = false, isSecret: Bool = false, isDocument: Bool = false
        ) {
            self.name = name
            self.help = help
            self.isRequired = isRequired
            self.isSecret = isSecret
            self.isDocument = isDocument
        }
    }

    /// As it is written in commands and stored: `crowdstrike`.
    public let id: String
    public let title: String
    public let fields: [Field]
    let make: @Sendable (ConnectorConfiguration, Transport) throws(ConnectorError) -> any Connector

    /// - Throws: `ConnectorError.setting` for what cannot be.
    public func connector(
        _ configuration: ConnectorConfiguration, _ network: ConnectorNetwork
    ) throws(ConnectorError) -> any Connector {
        for name in configuration.names where !fields.contains(where: { $0.name == name }) {
            let known = fields.map(\.name).joined(separator: ", ")
            throw .setting(name: name, reason: "\(title) has only \(known)")
        }
        return try make(configuration, network.transport)
    }

    /// A vendor is a folder and a line here.
    public static let all = [
        falcon, microsoft, sentinelOne, sophos, entra, ldap, generic,
    ]

    public static func named(_ id: String) -> ConnectorKind? { all.first { $0.id == id } }
}
