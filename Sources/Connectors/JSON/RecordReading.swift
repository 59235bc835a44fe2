import Domain

/// What became of the records of a page.
struct RecordReading<Report> {
    private(set) var reports: [Report] = []
    private(set) var quarantined: [QuarantinedRecord] = []
    private(set) var setAside = 0

    /// Reads each element by itself: one that makes no sense is quarantined and the others are read.
    ///
    /// - Parameters:
    ///   - id: the key of a record's id.
    ///   - report: nil for a record that says nothing of its kind.
    init(
        _ stream: ConnectorStream, _ bytes: [UInt8], _ elements: [Range<Int>], id: StaticString,
        _ report: (VendorRecord) throws(FieldRefusal) -> Report?
    ) {
        self.init(stream, bytes, elements, name: { try? $0.text(id) }, report)
    }

    /// - Parameter name: the id of a record by which we know it, where that much can be read.
    init(
        _ stream: ConnectorStream, _ bytes: [UInt8], _ elements: [Range<Int>], name: (VendorRecord) -> String?,
        _ report: (VendorRecord) throws(FieldRefusal) -> Report?
    ) {
        reports.reserveCapacity(elements.count)
        for element in elements {
            var sourceID: String?
            do {
                let record = try VendorRecord(bytes, element)
                sourceID = name(record)
                if let report = try report(record) { reports.append(report) } else { setAside += 1 }
            } catch {
                let kept = bytes[element].prefix(QuarantinedRecord.longestJSON)
                quarantined.append(
                    QuarantinedRecord(
                        stream: stream, sourceID: sourceID, field: error.field, reason: error.reason,
                        json: String(decoding: kept, as: UTF8.self)))
            }
        }
    }

    init() {}

    /// What became of further records.
    mutating func append(_ other: RecordReading) {
        reports += other.reports
        quarantined += other.quarantined
        setAside += other.setAside
    }

    mutating func sort(by isBefore: (Report, Report) -> Bool) { reports.sort(by: isBefore) }

    mutating func quarantine(_ record: QuarantinedRecord) { quarantined.append(record) }
}
