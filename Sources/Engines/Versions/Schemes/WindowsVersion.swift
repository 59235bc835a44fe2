/// Windows and Windows file versions, `10.0.19045.2604`: after the VS_FIXEDFILEINFO structure
/// (four numbers, most significant first); missing numbers count as 0.
struct WindowsVersion: OrderedVersion {
    private let numbers: ByteView

    init(_ bytes: ByteView) throws(Refusal) {
        if bytes.isEmpty { throw .empty }
        guard bytes.isDottedNumber() else { throw Refusal("is not numbers between dots") }
        numbers = bytes
    }

    func order(to other: WindowsVersion) -> VersionOrder {
        numbers.dottedNumericOrder(to: other.numbers, padded: true)
    }
}
