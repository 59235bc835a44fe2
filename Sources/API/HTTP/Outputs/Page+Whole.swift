extension PageRequest {
    /// The order of lists that are read whole, as their cursors name it.
    static let keyOrder = "key"
}

/// Which part of a list that is read whole is asked for.
struct WholeListInput: RouteInput {
    static let parameters = PageRequest.parameters
    let page: PageRequest

    init(from request: RequestReader) throws {
        page = try PageRequest(from: request, sort: PageRequest.keyOrder)
    }
}

extension Page {
    /// A page of a list that is read whole and has its order already.
    init(ordered elements: [Element], _ request: PageRequest) throws(RequestError) {
        let start: String? = try request.cursor.map { cursor throws(RequestError) in try cursor.key(0) }
        let first = min(max(0, start.flatMap { Int($0) } ?? 0), elements.count)
        let end = min(first + request.limit, elements.count)
        let next = end < elements.count ? Cursor(sort: PageRequest.keyOrder, keys: [.string("\(end)")]) : nil
        self.init(Array(elements[first..<end]), total: elements.count, next: next)
    }

    /// A page of a list that is small enough to be read whole: users, tokens, one machine's software.
    /// - Parameters:
    ///   - elements: all of them.
    ///   - key: unique, and the same for an element on each request; the list is in its order.
    init(whole elements: [Element], _ request: PageRequest, key: (Element) -> String) throws(RequestError) {
        let start: String? = try request.cursor.map { cursor throws(RequestError) in try cursor.key(0) }
        let keyed = elements.map { (key: key($0), element: $0) }.sorted { $0.key < $1.key }
        let rest = keyed.drop { entry in start.map { entry.key <= $0 } ?? false }
        let page = rest.prefix(request.limit)
        let next =
            rest.count > page.count
            ? page.last.map { Cursor(sort: PageRequest.keyOrder, keys: [.string($0.key)]) } : nil
        self.init(page.map(\.element), total: elements.count, next: next)
    }
}
