import Domain
import FoundationEssentials

/// A page of a listing after OData: `value`, and the address of the next page.
struct MicrosoftPage: Sendable {
    let bytes: [UInt8]
    /// Where the records stand.
    let elements: [Range<Int>]
    let nextLink: String?
    /// The server's clock.
    let time: Date

    /// - Throws: also for an object without `value`: what is no listing must not be taken for an empty one.
    init(_ response: VendorResponse) throws(FieldRefusal) {
        let root = try VendorRecord(response.body, 0..<response.body.count)
        guard root.holds("value") else { throw FieldRefusal(field: "value", reason: "is missing") }
        bytes = response.body
        elements = try root.elements("value")
        nextLink = try root.text("@odata.nextLink")
        time = response.time(or: Date())
    }

    func records<Report>(
        _ stream: ConnectorStream, id: StaticString, _ report: (VendorRecord) throws(FieldRefusal) -> Report?
    ) -> RecordReading<Report> {
        RecordReading(stream, bytes, elements, id: id, report)
    }
}
