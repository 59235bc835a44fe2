import Domain

/// Records that a program pushes, in our own terms: a JSON object each, whose fields are those of the reports in
/// `Domain`. Each is read by itself.
public struct PushedRecords: Sendable {
    /// What became of one record.
    public enum Outcome: Sendable {
        case taken
        case removed
        case quarantined(QuarantinedRecord)
    }

    public let stream: ConnectorStream
    public private(set) var removed: [String] = []
    public private(set) var quarantined: [QuarantinedRecord] = []
    private var devices: [DeviceReport] = []
    private var software: [SoftwareReport] = []
    private var vulnerabilities: [VulnerabilityReport] = []
    private var alerts: [AlertReport] = []
    private var compliance: [ComplianceReport] = []

    public init(_ stream: ConnectorStream) { self.stream = stream }

    /// In the order in which they came.
    public var reports: ConnectorReports {
        switch stream {
        case .devices: .devices(devices)
        case .software: .software(software)
        case .vulnerabilities: .vulnerabilities(vulnerabilities)
        case .alerts: .alerts(alerts)
        case .compliance: .compliance(compliance)
        }
    }

    public var count: Int { reports.count + removed.count + quarantined.count }

    /// Reads one record.
    public mutating func read(_ bytes: [UInt8]) -> Outcome {
        var sourceID: String?
        do {
            let record = try VendorRecord(bytes, 0..<bytes.count)
            sourceID = try? record.text("source_id")
            if let id = try record.text("removed") {
                try record.allow(["removed"])
                removed.append(id)
                return .removed
            }
            try take(record)
            return .taken
        } catch {
            return quarantine(bytes, sourceID: sourceID, field: error.field, reason: error.reason)
        }
    }

    /// Keeps a record that cannot be read.
    public mutating func quarantine(
        _ bytes: [UInt8], sourceID: String? = nil, field: String = "", reason: String
    ) -> Outcome {
        let record = QuarantinedRecord(
            stream: stream, sourceID: sourceID, field: field, reason: reason,
            json: String(decoding: bytes.prefix(QuarantinedRecord.longestJSON), as: UTF8.self))
        quarantined.append(record)
        return .quarantined(record)
    }

    private mutating func take(_ record: VendorRecord) throws(FieldRefusal) {
        switch stream {
        case .devices: devices.append(try DeviceReport(pushed: record))
        case .software: software.append(try SoftwareReport(pushed: record))
        case .vulnerabilities: vulnerabilities.append(try VulnerabilityReport(pushed: record))
        case .alerts: alerts.append(try AlertReport(pushed: record))
        case .compliance: compliance.append(try ComplianceReport(pushed: record))
        }
    }
}

extension VendorRecord {
    /// A field that is not known would be lost silently: it is refused, since it may be a known one misspelt.
    func allow(_ known: Set<String>) throws(FieldRefusal) {
        for key in keys where !known.contains(key) {
            throw FieldRefusal(
                field: key, reason: "is not known here; known are \(known.sorted().joined(separator: ", "))")
        }
    }

    /// A word of a closed set; nil where there is none.
    func word<Word: RawRepresentable<String> & CaseIterable>(
        _ key: StaticString, as type: Word.Type = Word.self
    ) throws(FieldRefusal) -> Word? {
        guard let text = try text(key) else { return nil }
        guard let word = Word(rawValue: text) else {
            let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw FieldRefusal(field: "\(key)", reason: "must be one of \(words)")
        }
        return word
    }

    func requiredWord<Word: RawRepresentable<String> & CaseIterable>(
        _ key: StaticString, as type: Word.Type = Word.self
    ) throws(FieldRefusal) -> Word {
        guard let word = try word(key, as: Word.self) else { throw FieldRefusal(field: "\(key)", reason: "is missing") }
        return word
    }

    func requiredRecord(_ key: StaticString) throws(FieldRefusal) -> VendorRecord {
        guard let record = try record(key) else { throw FieldRefusal(field: "\(key)", reason: "is missing") }
        return record
    }
}
