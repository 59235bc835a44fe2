/// A route's path with its parameters in braces.
struct PathTemplate {
    private let parts: [Substring]

    init(_ path: String) { parts = path.split(separator: "/") }

    var parameterNames: [String] {
        parts.filter { $0.first == "{" && $0.last == "}" }.map { String($0.dropFirst().dropLast()) }
    }

    /// Whether a request's path, without query, is one of the template's.
    func matches(_ path: some StringProtocol) -> Bool {
        let given = path.split(separator: "/")
        return given.count == parts.count
            && zip(parts, given).allSatisfy { part, given in part.first == "{" || part.elementsEqual(given) }
    }
}
