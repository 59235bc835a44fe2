/// Haskell package versions, after the Haskell Package Versioning Policy and Cabal: numbers
/// between dots; where one version starts the other, the longer comes later.
struct HackageVersion: OrderedVersion {
    private let numbers: ByteView

    init(_ bytes: ByteView) throws(Refusal) {
        if bytes.isEmpty { throw .empty }
        guard bytes.isDottedNumber() else { throw Refusal("is not numbers between dots") }
        numbers = bytes
    }

    func order(to other: HackageVersion) -> VersionOrder {
        numbers.dottedNumericOrder(to: other.numbers, padded: false)
    }
}
