import Connectors
import Domain
import Identity
import Notifications
import Store

/// Adds a tenant's accounts at vendors, and tries them: what the routes and the pages about connectors share.
public struct ConnectorSetup: Sendable {
    /// What a person entered.
    public struct Entry: Sendable {
        /// The vendor: `crowdstrike`.
        public var kind: String
        public var name: String
        /// By the names of the kind's fields; secrets apart.
        public var settings: [String: String]
        public var secrets: [String: String]

        public init(kind: String, name: String, settings: [String: String], secrets: [String: String]) {
            self.kind = kind
            self.name = name
            self.settings = settings
            self.secrets = secrets
        }
    }

    private let store: Store
    private let rule: TargetRule
    private let network: TransportSettings
    private let box: @Sendable () throws -> SecretBox

    /// - Parameters:
    ///   - rule: which addresses an entered setting may name.
    ///   - network: how vendors are reached; somebody waits for the answers, so less patiently than it says.
    ///   - box: opened when it is first needed.
    public init(
        store: Store, rule: TargetRule, network: TransportSettings = TransportSettings(),
        box: @escaping @Sendable () throws -> SecretBox
    ) {
        self.store = store
        self.rule = rule
        var network = network.hurried
        network.targets = ConnectionTargets(rule)
        self.network = network
        self.box = box
    }

    /// Stores an account, after its credentials were tried.
    ///
    /// - Parameter isTried: false stores it without asking the vendor.
    /// - Returns: what the credentials may do; empty when they were not tried.
    /// - Throws: `StoreError.invalid` naming the field, `StoreError.duplicate`, `ConnectorError` when the vendor
    ///   does not accept them: nothing is stored then.
    public func add(
        _ entry: Entry, isTried: Bool = true, by principal: Principal
    ) async throws -> (id: ConnectorID, checks: [AccessCheck]) {
        let kind = try Self.kind(entry.kind)
        let configuration = try configuration(kind, entry.settings, entry.secrets)
        let checks = try await with(kind, configuration) { isTried ? try await $0.check() : [] }
        let id = ConnectorID.make()
        let sealed = try SealedSecrets.seal(entry.secrets, id, principal.tenant, try box())
        try await store.connectors.add(
            NewConnector(id: id, kind: kind.id, name: entry.name, settings: entry.settings, sealedSecrets: sealed),
            tenant: principal.tenant, by: principal)
        return (id, checks)
    }

    /// Tries an account's stored credentials.
    ///
    /// - Throws: `StoreError.notFound`, `ConnectorError` when the vendor does not accept them.
    public func test(_ id: ConnectorID, tenant: TenantID) async throws -> [AccessCheck] {
        let account = try await store.connectors.access(id, tenant: tenant)
        let kind = try Self.kind(account.kind)
        let secrets = try SealedSecrets.open(account.sealedSecrets, id, tenant, try box())
        return try await with(kind, try configuration(kind, account.settings, secrets)) { try await $0.check() }
    }

    /// Replaces an account's credentials, and the settings that are entered with them, after they were tried.
    ///
    /// - Parameter settings: what changes, by name; an empty value removes a setting.
    /// - Returns: what the new credentials may do.
    /// - Throws: as `add` does: the old ones stay then.
    public func rotate(
        _ id: ConnectorID, settings: [String: String], secrets: [String: String], isTried: Bool = true,
        by principal: Principal
    ) async throws -> [AccessCheck] {
        let account = try await store.connectors.access(id, tenant: principal.tenant)
        let kind = try Self.kind(account.kind)
        let settings = account.settings.merging(settings) { _, new in new }.filter { !$0.value.isEmpty }
        let configuration = try configuration(kind, settings, secrets)
        let checks = try await with(kind, configuration) { isTried ? try await $0.check() : [] }
        let sealed = try SealedSecrets.seal(secrets, id, principal.tenant, try box())
        try await store.connectors.replace(
            id, settings: settings, sealedSecrets: sealed, tenant: principal.tenant, by: principal)
        return checks
    }

    private static func kind(_ id: String) throws -> ConnectorKind {
        guard let kind = ConnectorKind.named(id) else {
            let known = ConnectorKind.all.map(\.id).joined(separator: ", ")
            throw StoreError.invalid(field: "kind", reason: "must be one of \(known)")
        }
        return kind
    }

    /// Whoever may add an account names addresses that this server then asks: without a rule they could have it ask
    /// what only it can reach.
    private func configuration(
        _ kind: ConnectorKind, _ settings: [String: String], _ secrets: [String: String]
    ) throws -> ConnectorConfiguration {
        for field in kind.fields where field.isRequired && !field.isSecret && settings[field.name, default: ""].isEmpty
        {
            throw StoreError.invalid(field: field.name, reason: "is missing")
        }
        for field in kind.fields where field.isSecret {
            if settings[field.name] != nil {
                throw StoreError.invalid(field: field.name, reason: "is a secret and belongs among the secrets")
            }
            if field.isRequired && secrets[field.name, default: ""].isEmpty {
                throw StoreError.invalid(field: field.name, reason: "is missing")
            }
        }
        for field in kind.fields where field.isDocument {
            // How a document is written can hide an address, so it is read as the connector reads it.
            for address in kind.addresses(inDocument: settings[field.name, default: ""]) {
                if let defect = rule.defect(of: address) { throw StoreError.invalid(field: field.name, reason: defect) }
            }
        }
        let documents = Set(kind.fields.filter(\.isDocument).map(\.name))
        for (name, value) in settings.sorted(by: { $0.key < $1.key }) where !documents.contains(name) {
            for word in value.split(whereSeparator: { $0 == "," || $0 == "=" || $0.isWhitespace })
            where word.contains("://") {
                // Where a directory server is counts as where a web server is: LDAP is encrypted or of this machine.
                let address = word.hasPrefix("ldap") ? "https\(word.drop { $0 != ":" })" : String(word)
                if let defect = rule.defect(of: address) { throw StoreError.invalid(field: name, reason: defect) }
            }
        }
        return ConnectorConfiguration(settings: settings, secrets: secrets)
    }

    /// Runs `body` with a connector whose connections are closed afterwards.
    private func with<Value>(
        _ kind: ConnectorKind, _ configuration: ConnectorConfiguration,
        _ body: (any Connector) async throws -> Value
    ) async throws -> Value {
        try await ConnectorNetwork.with(network) { network in
            try await body(try Self.make(kind, configuration, network))
        }
    }

    private static func make(
        _ kind: ConnectorKind, _ configuration: ConnectorConfiguration, _ network: ConnectorNetwork
    ) throws -> any Connector {
        do {
            return try kind.connector(configuration, network)
        } catch ConnectorError.setting(let name, let reason) {
            throw StoreError.invalid(field: name, reason: reason)
        }
    }
}

extension ConnectionTargets {
    /// Where messages may go, vendors may be, too.
    package init(_ rule: TargetRule) {
        self.init(host: { await rule.defect(ofVendorNamed: $0) }, address: { rule.defect(ofVendorAt: $0) })
    }
}
