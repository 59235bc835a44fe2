/// A version of one scheme, taken apart. Initialisers are total: they give a version or a refusal
/// for any bytes. `order(to:)` is a total preorder over the versions of a scheme (where the tool
/// that defines the scheme is not, the scheme's file says what was settled).
protocol OrderedVersion {
    init(_ bytes: ByteView) throws(Refusal)
    func order(to other: Self) -> VersionOrder
}

/// Why bytes are not a version of a scheme, as a sentence without its subject: "is empty".
struct Refusal: Error {
    let reason: StaticString

    init(_ reason: StaticString) { self.reason = reason }

    static let empty = Refusal("is empty")
    static let notNumeric = Refusal("does not start with a number")
    static let stray = Refusal("holds a character that has no place in a version of this kind")
}
