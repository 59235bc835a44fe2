/// RubyGems versions, after `Gem::Version`: numbers and words; a word makes a pre-release and
/// stands before any number, a hyphen is read as `.pre.`, and zeros at the end of the numbers or
/// of the whole do not count. A platform (`1.2.0-x86_64-linux`) is not part of the version.
struct GemVersion: OrderedVersion {
    private enum Segment {
        case number(ByteView)
        case word(ByteView)
        /// What a hyphen means.
        case pre

        var isZero: Bool {
            if case .number(let digits) = self { digits.isZero } else { false }
        }
    }

    private let segments: [Segment]

    init(_ bytes: ByteView) throws(Refusal) {
        let version = Self.withoutPlatform(bytes)
        try Self.check(version)
        var segments: [Segment] = []
        var isPrerelease = false
        var index = 0
        while index < version.count {
            let start = index
            if version[start].isDigit {
                index = version.end(from: start, while: \.isDigit)
                segments.append(.number(version[start, index]))
                continue
            }
            let isWord = version[start].isLetter
            index = isWord ? version.end(from: start, while: \.isLetter) : start + 1
            guard isWord || version[start] == "-" else { continue }
            // The zeros before the first word are the end of the numbers.
            if !isPrerelease { Self.trimZeros(&segments) }
            isPrerelease = true
            segments.append(isWord ? .word(version[start, index]) : .pre)
        }
        Self.trimZeros(&segments)
        self.segments = segments
    }

    private static func trimZeros(_ segments: inout [Segment]) {
        while let last = segments.last, last.isZero { segments.removeLast() }
    }

    /// `Gem::Version::VERSION_PATTERN`, but letters may follow the first number at once (`1beta`);
    /// nothing at all is version 0.
    private static func check(_ version: ByteView) throws(Refusal) {
        let hyphen = version.firstIndex(of: 0x2d) ?? version.count
        guard !version.isEmpty else { return }
        guard version[0].isDigit else { throw .notNumeric }
        for field in DottedFields(version[0, hyphen]) {
            guard !field.isEmpty, field.allSatisfy(\.isAlphanumeric) else { throw .stray }
        }
        guard hyphen < version.count else { return }
        let rest = version.from(hyphen + 1)
        if rest.isEmpty { throw Refusal("ends with a hyphen") }
        for field in DottedFields(rest) {
            guard !field.isEmpty, field.allSatisfy({ $0.isAlphanumeric || $0 == "-" }) else { throw .stray }
        }
    }

    private static func withoutPlatform(_ bytes: ByteView) -> ByteView {
        guard let hyphen = bytes.firstIndex(of: 0x2d) else { return bytes }
        let platforms: [StaticString] = [
            "x86", "x64", "i386", "i686", "arm", "aarch64", "universal", "java", "jruby", "mingw", "mswin", "linux",
            "darwin", "powerpc", "ppc", "s390", "riscv", "mips",
        ]
        return platforms.contains { bytes.has($0, at: hyphen + 1) } ? bytes[0, hyphen] : bytes
    }

    func order(to other: GemVersion) -> VersionOrder {
        for index in 0..<max(segments.count, other.segments.count) {
            let order = Self.order(
                index < segments.count ? segments[index] : nil,
                index < other.segments.count ? other.segments[index] : nil)
            if order != .equal { return order }
        }
        return .equal
    }

    /// The order of two segments; an absent one is 0.
    private static func order(_ a: Segment?, _ b: Segment?) -> VersionOrder {
        switch (a, b) {
        case (.number(let x), .number(let y)): x.numericOrder(to: y)
        case (nil, .number(let y)): y.isZero ? .equal : .less
        case (.number(let x), nil): x.isZero ? .equal : .greater
        case (nil, nil): .equal
        case (.number, _), (nil, _): .greater
        case (_, .number), (_, nil): .less
        default: wordOrder(a, b)
        }
    }

    private static func wordOrder(_ a: Segment?, _ b: Segment?) -> VersionOrder {
        switch (a, b) {
        case (.word(let x), .word(let y)): x.byteOrder(to: y)
        case (.word(let x), .pre): orderToPre(x)
        case (.pre, .word(let y)): orderToPre(y).reversed
        default: .equal
        }
    }

    private static func orderToPre(_ word: ByteView) -> VersionOrder {
        let pre: StaticString = "pre"
        return word.byteOrder(to: ByteView(UnsafeRawBufferPointer(start: pre.utf8Start, count: pre.utf8CodeUnitCount)))
    }
}
