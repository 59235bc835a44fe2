import Domain

/// Falcon's severities and statuses of alerts in our terms, both ways: the one table of them.
enum FalconWords {
    static let statuses: [(vendor: String, ours: AlertReport.Status)] = [
        ("new", .new), ("reopened", .new), ("in_progress", .inProgress), ("closed", .resolved),
    ]

    /// From this number on.
    static let severities: [(from: Int, name: AlertReport.Severity)] = [
        (80, .critical), (60, .high), (40, .medium), (20, .low), (0, .informational),
    ]

    static func status(_ text: String?) -> AlertReport.Status {
        statuses.first { $0.vendor == text?.lowercased() }?.ours ?? .unknown
    }

    /// The word for a status to set; nil for none.
    static func vendorStatus(_ status: AlertReport.Status) -> String? {
        statuses.first { $0.ours == status }?.vendor
    }

    /// The vendor's own name where it gives one, else by the number.
    static func severity(_ record: VendorRecord) throws(FieldRefusal) -> AlertReport.Severity {
        if let name = try record.text("severity_name"), let severity = AlertReport.Severity(rawValue: name.lowercased())
        {
            return severity
        }
        guard let number = try record.integer("severity") else {
            throw FieldRefusal(field: "severity", reason: "is missing")
        }
        return severities.first { number >= $0.from }?.name ?? .informational
    }
}
