import HTTPTypes
import Hummingbird

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
        // 160 bytes is the published endpoint row, rounded up.
        var writer = JSONWriter(capacity: 16 + elements.count * 160)
        writer.array(elements)
        var response = Response.json(writer.finish())
        response.headers[.totalCount] = String(total)
        if let next {
            response.headers[.link] = "<\(scope.target(settingQuery: "cursor", to: next.text))>; rel=\"next\""
        }
        return response
    }
}
