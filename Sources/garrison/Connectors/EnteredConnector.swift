import Connectors
import Domain
import FoundationEssentials

/// What a person entered for a connector, by name.
struct EnteredConnector {
    var settings: [String: String] = [:]
    var secrets: [String: String] = [:]

    var configuration: ConnectorConfiguration { ConnectorConfiguration(settings: settings, secrets: secrets) }

    init(settings: [String: String], secrets: [String: String]) {
        self.settings = settings
        self.secrets = secrets
    }

    /// Secrets are taken from the environment, or asked for.
    ///
    /// - Parameter stored: settings that stay where nothing else is entered.
    init(
        _ kind: ConnectorKind, _ entered: [ConnectorSetting], over stored: [String: String] = [:]
    ) throws(CommandError) {
        settings = Self.merged(try Self.read(entered, kind), over: stored)
        for field in kind.fields where field.isSecret {
            let variable = "GARRISON_CONNECTOR_\(field.name.uppercased())"
            guard settings[field.name] == nil else {
                throw .problem("\(field.name) is a secret, which others see on the command line; set \(variable).")
            }
            if let value = ProcessInfo.processInfo.environment[variable] {
                secrets[field.name] = value
            } else if field.isRequired {
                secrets[field.name] = try PasswordPrompt.secret(field.name)
            }
        }
    }

    private static let largestDocument = 1 << 20

    /// Documents are taken from the files that `@FILE` names.
    static func read(
        _ entered: [ConnectorSetting], _ kind: ConnectorKind
    ) throws(CommandError) -> [ConnectorSetting] {
        var settings: [ConnectorSetting] = []
        for setting in entered {
            let isDocument = kind.fields.contains { $0.name == setting.name && $0.isDocument }
            guard isDocument, setting.value.hasPrefix("@") else {
                settings.append(setting)
                continue
            }
            let path = String(setting.value.dropFirst())
            guard let data = FileManager.default.contents(atPath: path), data.count <= largestDocument else {
                throw .unreadable(path: path, reason: "it is no file, or larger than 1 MiB")
            }
            settings.append(ConnectorSetting(name: setting.name, value: String(decoding: data, as: UTF8.self)))
        }
        return settings
    }

    /// A setting that is entered without a value goes.
    static func merged(_ entered: [ConnectorSetting], over stored: [String: String]) -> [String: String] {
        entered.reduce(into: stored) { $0[$1.name] = $1.value }.filter { !$0.value.isEmpty }
    }

    /// Whether it can be at all; asks nobody.
    func make(_ kind: ConnectorKind) async throws {
        try await ConnectorNetwork.with { _ = try kind.connector(configuration, $0) }
    }

    /// Tries the credentials, and tells which permissions are missing.
    func test(_ kind: ConnectorKind) async throws {
        try await ConnectorNetwork.with { network in
            for check in try await kind.connector(configuration, network).check() {
                if let problem = check.problem { Console.note("\(problem) \(check.purpose)") }
            }
        }
    }
}

extension ConnectorKind {
    /// The first setting that says where credentials are sent and is about to change: with the old credentials that would
    /// show them to whoever is at the new address.
    func firstAddress(changedFrom old: [String: String], to new: [String: String]) -> String? {
        fields.first { field in
            let holdsAddress = field.isDocument || field.name.hasSuffix("url") || field.name.hasSuffix("urls")
            return holdsAddress && old[field.name] != new[field.name]
        }?.name
    }
}
