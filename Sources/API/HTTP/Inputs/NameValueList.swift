/// The pairs of a query or of a URL-encoded form, decoded, in their order.
public struct NameValueList: Sendable, Hashable {
    let pairs: [(name: String, value: String)]

    static let empty = NameValueList(pairs: [])

    private init(pairs: [(name: String, value: String)]) { self.pairs = pairs }

    /// - Throws: `invalidParameter` for a value that is not percent-encoded UTF-8,
    ///   `duplicateParameter` for a name that comes twice.
    init(encoded text: some StringProtocol) throws(RequestError) {
        var pairs: [(name: String, value: String)] = []
        for part in text.split(separator: "&") {
            let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = halves.first.flatMap({ PercentCoding.decode($0, plusIsSpace: true) }) else {
                throw .invalidParameter(name: "", rule: "has a name that is not percent-encoded UTF-8")
            }
            guard let value = PercentCoding.decode(halves.count > 1 ? halves[1] : "", plusIsSpace: true) else {
                throw .invalidParameter(name: name, rule: "must be percent-encoded UTF-8 without NUL")
            }
            guard !pairs.contains(where: { $0.name == name }) else { throw .duplicateParameter(name: name) }
            pairs.append((name, value))
        }
        self.pairs = pairs
    }

    /// The value of a name; nil when it is not there.
    public subscript(_ name: String) -> String? { pairs.first { $0.name == name }?.value }

    public static func == (left: Self, right: Self) -> Bool {
        left.pairs.elementsEqual(right.pairs) { $0 == $1 }
    }

    public func hash(into hasher: inout Hasher) {
        for pair in pairs {
            hasher.combine(pair.name)
            hasher.combine(pair.value)
        }
    }
}
