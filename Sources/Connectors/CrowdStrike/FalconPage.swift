import Domain
import FoundationEssentials

/// The envelope that everything of Falcon comes in: `meta`, `resources`, `errors`. Each may be null or absent, and an
/// answer with status 200 may have errors, about some of what was asked for or about all of it.
struct FalconPage: Sendable {
    struct Fault: Sendable {
        let code: Int
        let message: String
        let id: String?
        let json: String
    }

    let bytes: [UInt8]
    /// Where the records stand.
    let resources: [Range<Int>]
    let errors: [Fault]
    let total: Int?
    /// Paging tokens, by the key that each listing has for its own.
    let after: String?
    let next: String?
    /// The server's clock.
    let time: Date

    init(_ response: VendorResponse) throws(FieldRefusal) {
        bytes = response.body
        let root = try VendorRecord(bytes, 0..<bytes.count)
        resources = try root.elements("resources")
        errors = try root.records("errors").map { error throws(FieldRefusal) in
            Fault(
                code: try error.integer("code") ?? 0, message: try error.text("message") ?? "no reason given",
                id: try error.text("id"), json: error.json)
        }
        let paging = try root.record("meta")?.record("pagination")
        total = try paging?.integer("total")
        after = try paging?.text("after")
        next = try paging?.text("next")
        time = response.time(or: Date())
    }

    /// The first of the records.
    func first() throws(FieldRefusal) -> VendorRecord? {
        guard let range = resources.first else { return nil }
        return try VendorRecord(bytes, range)
    }

    /// Reads the records; what the vendor could not give of them is quarantined with its words.
    func records<Report>(
        _ stream: ConnectorStream, id: StaticString, _ report: (VendorRecord) throws(FieldRefusal) -> Report?
    ) -> RecordReading<Report> {
        var reading = RecordReading(stream, bytes, resources, id: id, report)
        for error in errors {
            reading.quarantine(
                QuarantinedRecord(
                    stream: stream, sourceID: error.id, field: "",
                    reason: "was not given: \(error.message) (\(error.code))", json: error.json))
        }
        return reading
    }
}
