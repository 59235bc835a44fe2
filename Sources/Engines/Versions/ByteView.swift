/// The bytes of a version, borrowed from the caller for the length of one comparison. Reading
/// outside gives 0, so a parser can look ahead without asking where the end is.
struct ByteView {
    private let bytes: UnsafeRawBufferPointer
    let count: Int

    @inline(__always)
    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        count = bytes.count
    }

    var isEmpty: Bool { count == 0 }

    @inline(__always)
    subscript(_ index: Int) -> UInt8 {
        UInt(bitPattern: index) < UInt(bitPattern: count) ? bytes[index] : 0
    }

    /// The part between two offsets; offsets outside are moved to the nearest end.
    @inline(__always)
    subscript(_ start: Int, _ end: Int) -> ByteView {
        let low = min(max(start, 0), count)
        let high = min(max(end, low), count)
        return ByteView(UnsafeRawBufferPointer(rebasing: bytes[low..<high]))
    }

    func from(_ start: Int) -> ByteView { self[start, count] }

    /// Without white space at either end: versions read from files often carry some.
    @inline(__always)
    var trimmed: ByteView {
        guard self[0].isSpace || self[count - 1].isSpace else { return self }
        var low = 0
        var high = count
        while low < high, self[low].isSpace { low += 1 }
        while low < high, self[high - 1].isSpace { high -= 1 }
        return self[low, high]
    }

    func firstIndex(of byte: UInt8) -> Int? {
        var index = 0
        while index < count {
            if self[index] == byte { return index }
            index += 1
        }
        return nil
    }

    /// The first offset from `start` on whose byte does not satisfy `test`, or `count`.
    @inline(__always)
    func end(from start: Int, while test: (UInt8) -> Bool) -> Int {
        var index = start
        while index < count, test(self[index]) { index += 1 }
        return index
    }

    func allSatisfy(_ test: (UInt8) -> Bool) -> Bool { end(from: 0, while: test) == count }

    /// Whether `word` (lower case ASCII) stands at `index`, whatever the case of the bytes here.
    func has(_ word: StaticString, at index: Int) -> Bool {
        let length = word.utf8CodeUnitCount
        guard index >= 0, index + length <= count else { return false }
        for offset in 0..<length where self[index + offset].lowercased != word.utf8Start[offset] { return false }
        return true
    }

    /// Whether the whole is `word` (lower case ASCII), whatever the case of the bytes here.
    func equals(_ word: StaticString) -> Bool { count == word.utf8CodeUnitCount && has(word, at: 0) }
}

extension UInt8 {
    @inline(__always) var isDigit: Bool { self &- 0x30 < 10 }
    @inline(__always) var isLetter: Bool { (self | 0x20) &- 0x61 < 26 }
    @inline(__always) var isLowercase: Bool { self &- 0x61 < 26 }
    @inline(__always) var isAlphanumeric: Bool { isDigit || isLetter }
    @inline(__always) var isSpace: Bool { self == 0x20 || self &- 0x09 < 5 }
    @inline(__always) var isHexDigit: Bool { isDigit || (self | 0x20) &- 0x61 < 6 }
    @inline(__always) var lowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }
    /// `StaticString`-free spelling of a character in comparisons: `byte == "."`.
    @inline(__always)
    static func == (byte: UInt8, character: Unicode.Scalar) -> Bool { UInt32(byte) == character.value }
    @inline(__always)
    static func != (byte: UInt8, character: Unicode.Scalar) -> Bool { UInt32(byte) != character.value }
}
