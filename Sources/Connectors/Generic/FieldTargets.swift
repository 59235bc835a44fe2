import Domain

/// The fields that a declaration can fill: those of the records that programs push, with their paths.
package enum FieldTargets {
    package enum Kind: Sendable {
        case text, texts, number, flag, date
        /// What is no address is left out; the device is still the device.
        case macAddresses, addresses
        /// Ids of techniques.
        case techniques
    }

    private static let texts: [ConnectorStream: [String]] = [
        .devices: [
            "source_id", "hostname", "domain", "os.id", "os.type", "os.name", "os.version", "os.build", "os.codename",
            "os.pretty_name", "kind", "serial_number", "hardware_uuid", "machine_id", "manufacturer", "model",
            "external_address", "agent_version", "isolation", "last_user", "primary_user", "directory_id",
        ],
        .software: [
            "source_id", "device_id", "package.name", "package.version", "package.type", "package.architecture",
            "package.vendor", "package.bundle_identifier", "package.signer", "package.cpe",
        ],
        .vulnerabilities: [
            "source_id", "device_id", "vulnerability", "status", "severity", "vector", "summary",
        ],
        .alerts: [
            "source_id", "device_id", "title", "details", "severity", "status", "verdict", "product", "assignee",
            "command_line", "file_path", "sha256", "user", "link",
        ],
        .compliance: ["device_id", "standard"],
    ]

    private static let others: [ConnectorStream: [(String, Kind)]] = [
        .devices: [
            ("mac_addresses", .macAddresses), ("addresses", .addresses), ("is_healthy", .flag), ("tags", .texts),
            ("first_seen", .date), ("last_seen", .date), ("modified", .date),
        ],
        .software: [
            ("package.install_date", .date), ("paths", .texts), ("last_used", .date), ("modified", .date),
        ],
        .vulnerabilities: [
            ("score", .number), ("products", .texts), ("is_known_exploited", .flag), ("is_suppressed", .flag),
            ("detected", .date), ("closed", .date), ("modified", .date),
        ],
        .alerts: [("techniques", .techniques), ("detected", .date), ("modified", .date)],
        .compliance: [("score", .number), ("checked", .date)],
    ]

    /// Names that a declaration chooses itself: `policies.firewall`, `checks.encrypted`.
    private static let open: [ConnectorStream: String] = [.devices: "policies.", .compliance: "checks."]

    static func names(of stream: ConnectorStream) -> [String] {
        (texts[stream] ?? []) + (others[stream] ?? []).map(\.0) + (open[stream].map { ["\($0)NAME"] } ?? [])
    }

    static func kind(of name: String, in stream: ConnectorStream) -> Kind? {
        if texts[stream]?.contains(name) == true { return .text }
        if let prefix = open[stream], name.hasPrefix(prefix), name.utf8.count > prefix.utf8.count { return .flag }
        return others[stream]?.first { $0.0 == name }?.1
    }

    static func required(in stream: ConnectorStream) -> [String] {
        switch stream {
        case .devices: ["source_id", "hostname"]
        case .software: ["source_id", "device_id", "package.name"]
        case .vulnerabilities: ["source_id", "device_id", "vulnerability"]
        case .alerts: ["source_id", "title", "severity", "detected"]
        case .compliance: ["device_id", "standard"]
        }
    }

    /// The words that a field can hold; nil for any.
    static func words(of name: String, in stream: ConnectorStream) -> [String]? {
        switch (stream, name) {
        case (.devices, "isolation"): ["none", "isolating", "isolated", "releasing", "unknown"]
        case (.alerts, "severity"): AlertReport.Severity.allCases.map(\.rawValue)
        case (.alerts, "status"): AlertReport.Status.allCases.map(\.rawValue)
        case (.alerts, "verdict"): AlertReport.Verdict.allCases.map(\.rawValue)
        case (.vulnerabilities, "severity"): Severity.allCases.map(\.rawValue)
        case (.vulnerabilities, "status"): ["open", "closed", "reopened", "expired", "unknown"]
        default: nil
        }
    }
}
