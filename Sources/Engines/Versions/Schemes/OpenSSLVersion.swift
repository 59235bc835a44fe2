/// OpenSSL versions, after the project's release policy (openssl.org/policies/releasestrat): up to
/// 1.1.1 a letter marks the patch (`1.0.2zg`: after `z` comes `za`), from 3.0 on three numbers;
/// `-alphaN`, `-betaN`, `-preN` and `-dev` come before the release, builds such as `-fips` are it.
struct OpenSSLVersion: OrderedVersion {
    private let numbers: ByteView
    private let letters: ByteView
    private let suffix: ByteView

    init(_ bytes: ByteView) throws(Refusal) {
        if bytes.isEmpty { throw .empty }
        var end = 0
        while bytes[end].isDigit || (bytes[end] == "." && bytes[end + 1].isDigit) { end += 1 }
        numbers = bytes[0, end]
        guard numbers.isDottedNumber() else { throw .notNumeric }
        let lettersEnd = bytes.end(from: end, while: \.isLowercase)
        letters = bytes[end, lettersEnd]
        guard lettersEnd == bytes.count || bytes[lettersEnd] == "-" else { throw .stray }
        suffix = bytes.from(lettersEnd + 1)
        guard suffix.allSatisfy({ $0.isAlphanumeric || $0 == "-" || $0 == "." || $0 == "+" }) else { throw .stray }
    }

    func order(to other: OpenSSLVersion) -> VersionOrder {
        numbers.dottedNumericOrder(to: other.numbers, padded: true)
            .then(letters.byteOrder(to: other.letters))
            .then(suffixOrder(to: other))
    }

    private func suffixOrder(to other: OpenSSLVersion) -> VersionOrder {
        let (mine, its) = (Self.rank(suffix), Self.rank(other.suffix))
        let order = VersionOrder(mine, its)
        return order == .equal && mine < 4 ? suffix.naturalOrder(to: other.suffix) : order
    }

    private static func rank(_ suffix: ByteView) -> Int {
        if suffix.has("dev", at: 0) { return 0 }
        if suffix.has("alpha", at: 0) { return 1 }
        if suffix.has("beta", at: 0) { return 2 }
        if suffix.has("pre", at: 0) || suffix.has("rc", at: 0) { return 3 }
        return 4
    }
}
