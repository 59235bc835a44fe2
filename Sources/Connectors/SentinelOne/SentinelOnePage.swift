import Domain
import FoundationEssentials

/// A page of a listing: `data`, `pagination`, `errors`.
struct SentinelOnePage: Sendable {
    let bytes: [UInt8]
    /// Where the records stand.
    let records: [Range<Int>]
    /// The token of the page after this one; the last page has null, or no such key.
    let next: String?
    /// The server's clock.
    let time: Date

    init(_ response: VendorResponse) throws(FieldRefusal) {
        bytes = response.body
        let root = try VendorRecord(bytes, 0..<bytes.count)
        records = try root.elements("data")
        // It comes as it stands in an address, escaped; sent as it is it would be escaped twice.
        next = try root.record("pagination")?.text("nextCursor").map(PercentEncoding.decode)
        time = response.time(or: Date())
    }

    /// The first of the records.
    func first() throws(FieldRefusal) -> VendorRecord? {
        guard let range = records.first else { return nil }
        return try VendorRecord(bytes, range)
    }

    func read<Report>(
        _ stream: ConnectorStream, _ report: (VendorRecord) throws(FieldRefusal) -> Report?
    ) -> RecordReading<Report> {
        RecordReading(stream, bytes, records, id: "id", report)
    }
}
