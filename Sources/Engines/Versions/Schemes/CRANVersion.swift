/// R package versions, after R's `package_version`: numbers between `.` or `-`; where one version
/// starts the other, the longer comes later.
struct CRANVersion: OrderedVersion {
    private let numbers: ByteView

    init(_ bytes: ByteView) throws(Refusal) {
        if bytes.isEmpty { throw .empty }
        guard bytes.isDottedNumber(separator: Self.isSeparator) else {
            throw Refusal("is not numbers between dots or hyphens")
        }
        numbers = bytes
    }

    func order(to other: CRANVersion) -> VersionOrder {
        numbers.dottedNumericOrder(to: other.numbers, padded: false, separator: Self.isSeparator)
    }

    private static func isSeparator(_ byte: UInt8) -> Bool { byte == "." || byte == "-" }
}
