/// The numbers at the start of a version, for comparisons that look at some of them only. They
/// are kept as digits: any length, no overflow.
struct NumberPrefix {
    /// Each without leading zeros; the value 0 is empty.
    private(set) var numbers: [[UInt8]] = []
    private let endsWithNumber: Bool

    init(_ version: String) {
        let bytes = Array(version.utf8)
        var index = bytes.firstIndex { $0 != "v" && $0 != "V" && $0 != "=" && $0 != " " } ?? bytes.count
        while index < bytes.count, bytes[index].isDigit {
            let end = bytes[index...].firstIndex { !$0.isDigit } ?? bytes.count
            numbers.append(Array(bytes[index..<end].drop { $0 == "0" }))
            index = end
            guard index + 1 < bytes.count, bytes[index] == ".", bytes[index + 1].isDigit else { break }
            index += 1
        }
        endsWithNumber = index == bytes.count
    }

    /// Whether it is one or two numbers and nothing else: what npm reads as a range.
    var isPartial: Bool { (1...2).contains(numbers.count) && endsWithNumber }

    /// The order of the first `length` numbers; missing ones are 0.
    func order(to other: NumberPrefix, length: Int) -> VersionOrder {
        for index in 0..<length {
            let mine = index < numbers.count ? numbers[index] : []
            let its = index < other.numbers.count ? other.numbers[index] : []
            if mine.count != its.count { return mine.count < its.count ? .less : .greater }
            if mine != its { return mine.lexicographicallyPrecedes(its) ? .less : .greater }
        }
        return .equal
    }

    /// How many numbers `^` holds fast: up to the first that is not 0.
    var caretLength: Int {
        (numbers.firstIndex { !$0.isEmpty } ?? max(numbers.count - 1, 0)) + 1
    }
}
