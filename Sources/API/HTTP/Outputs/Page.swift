import HTTPTypes
import Hummingbird
import NIOCore

/// A part of a list: a JSON array, with the next page in `Link` and the count in `X-Total-Count`.
public struct Page<Element: JSONWritable & SchemaProviding & Sendable>: ResponseContent {
    public let elements: [Element]
    /// All that match the filters, on every page together.
    public let total: Int
    /// Where the next page begins; nil on the last one.
    public let next: Cursor?

    public init(_ elements: [Element], total: Int, next: Cursor? = nil) {
        self.elements = elements
        self.total = total
        self.next = next
    }

    public static var contract: ResponseContract {
        ResponseContract(
            description: "A page of the list.", mediaType: "application/json", schema: .array(of: Element.schema),
            headers: [
                ("X-Total-Count", "How many match on all pages together."),
                ("Link", "The next page, rel=\"next\"; absent on the last one."),
            ])
    }

    public func response(in scope: RequestScope) -> Response {
        var fields = headers(in: scope)
        fields[.contentType] = "application/json"
        return Response(status: .ok, headers: fields, body: ResponseBody(byteBuffer: body))
    }

    /// The array.
    var body: ByteBuffer {
        // An endpoint's row is some 300 bytes; too much is given back, too little is copied.
        var writer = JSONWriter(capacity: 16 + elements.count * 320)
        writer.array(elements)
        return writer.finishBuffer()
    }

    /// What tells of the other pages.
    func headers(in scope: RequestScope) -> HTTPFields {
        var fields: HTTPFields = [.totalCount: String(total)]
        if let next {
            fields[.link] = "<\(scope.target(settingQuery: "cursor", to: next.text))>; rel=\"next\""
        }
        return fields
    }
}
