/// A route's path with its parameters in braces.
struct PathTemplate {
    private let parts: [Substring]

    init(_ path: String) { parts = path.split(separator: "/") }

    var parameterNames: [String] {
        parts.filter { $0.first == "{" && $0.last == "}" }.map { String($0.dropFirst().dropLast()) }
    }

    /// As the router takes it. It wants one name for what stands in one place, whatever each route calls it.
    var routerPath: String {
        var count = 0
        let named = parts.map { part -> String in
            guard part.first == "{" else { return String(part) }
            count += 1
            return "{\(Self.routerName(count - 1))}"
        }
        return "/" + named.joined(separator: "/")
    }

    /// The router's name of a path's parameter, by its place among them.
    static func routerName(_ place: Int) -> String { "p\(place)" }

    /// Whether a request's path, without query, is one of the template's.
    func matches(_ path: some StringProtocol) -> Bool {
        let given = path.split(separator: "/")
        return given.count == parts.count
            && zip(parts, given).allSatisfy { part, given in part.first == "{" || part.elementsEqual(given) }
    }
}
