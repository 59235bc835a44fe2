import Domain
import FoundationEssentials
import NIOHTTP1

/// Where reading a declared listing stands.
struct GenericPlace: Sendable {
    /// A number, a cursor or an address behind the host; nil in front of the first page.
    let cursor: String?

    /// What a request for the page is filled with.
    func values(_ paging: Declaration.Paging) -> [String: String] {
        var values: [String: String] = [:]
        if let size = paging.size { values["size"] = "\(size)" }
        switch paging.style {
        case .page: values["page"] = cursor ?? "\(paging.first)"
        case .offset: values["offset"] = cursor ?? "0"
        case .cursor: values["cursor"] = cursor
        case .none, .link, .url: break
        }
        return values
    }

    /// Whether the cursor is an address that is asked as it is.
    func isAddress(_ paging: Declaration.Paging) -> Bool {
        cursor != nil && (paging.style == .link || paging.style == .url)
    }

    /// The place behind a page with so many records; nil for the end.
    func next(
        behind count: Int, _ body: [UInt8]?, _ response: VendorResponse, _ paging: Declaration.Paging,
        _ base: VendorOrigin
    ) throws(FieldRefusal) -> String? {
        let more = try GenericAnswer.scalar(paging.more, in: body)
        if more == "false" { return nil }
        let isFull = paging.size.map { count >= $0 } ?? (count > 0)
        let next: String?
        switch paging.style {
        case .none: next = nil
        case .page: next = isFull || more == "true" ? Self.sum(cursor, 1, from: paging.first) : nil
        case .offset: next = isFull || more == "true" && count > 0 ? Self.sum(cursor, count, from: 0) : nil
        case .cursor: next = try GenericAnswer.scalar(paging.next, in: body)
        case .url: next = try address(try GenericAnswer.scalar(paging.next, in: body), base)
        case .link: next = try address(Self.link(response.headers), base)
        }
        // A vendor that names the same page again would be asked for ever.
        return next == cursor ? nil : next
    }

    private static func sum(_ cursor: String?, _ more: Int, from first: Int) -> String {
        let sum = (cursor.flatMap { Int($0) } ?? first).addingReportingOverflow(more)
        return "\(sum.overflow ? Int.max : sum.partialValue)"
    }

    /// What stands behind the host: credentials go to the declared host alone.
    private func address(_ text: String?, _ base: VendorOrigin) throws(FieldRefusal) -> String? {
        guard let text, !text.isEmpty else { return nil }
        if text.hasPrefix("/"), !text.hasPrefix("//") { return text }
        guard let origin = VendorOrigin(text), origin == base, let url = URL(string: text) else {
            throw FieldRefusal(field: "", reason: "names a next page that is not at \(base.text)")
        }
        let path = url.path(percentEncoded: true)
        let query = url.query(percentEncoded: true).map { "?\($0)" } ?? ""
        return (path.isEmpty ? "/" : path) + query
    }

    /// `<https://host/devices?page=2>; rel="next"`, RFC 8288.
    private static func link(_ headers: HTTPHeaders) -> String? {
        for header in headers["Link"] {
            for part in header.split(separator: "<").map({ $0.split(separator: ">", maxSplits: 1) }) {
                guard part.count == 2 else { continue }
                let parameters = part[1].lowercased().replacing("\"", with: "").replacing(" ", with: "")
                let isNext = parameters.split(separator: ",").first?.split(separator: ";").contains("rel=next")
                if isNext == true { return String(part[0]) }
            }
        }
        return nil
    }
}
