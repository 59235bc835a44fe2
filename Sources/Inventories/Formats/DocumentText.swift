/// Text as programs on other systems write it.
enum DocumentText {
    /// UTF-8, UTF-16 as Windows' shells redirect it, or a code page of which only the ASCII part is used. Total:
    /// what cannot be read becomes U+FFFD.
    static func decode(_ bytes: [UInt8]) -> String {
        if bytes.starts(with: [0xFF, 0xFE]) { return utf16(bytes.dropFirst(2), low: 0) }
        if bytes.starts(with: [0xFE, 0xFF]) { return utf16(bytes.dropFirst(2), low: 1) }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return String(decoding: bytes.dropFirst(3), as: UTF8.self) }
        // A console's message in front of UTF-16 hides its mark; the zeros between ASCII letters stay.
        let zeros = bytes.prefix(4096).count { $0 == 0 }
        if zeros > 0 { return String(decoding: bytes.lazy.filter { $0 != 0 }, as: UTF8.self) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func utf16(_ bytes: ArraySlice<UInt8>, low: Int) -> String {
        var units: [UInt16] = []
        units.reserveCapacity(bytes.count / 2)
        var place = bytes.startIndex
        while place + 1 < bytes.endIndex {
            units.append(UInt16(bytes[place + low]) | UInt16(bytes[place + 1 - low]) << 8)
            place += 2
        }
        return String(decoding: units, as: UTF16.self)
    }

    /// Without control characters, lines and tabs excepted, and without blanks around it.
    static func plain(_ text: String) -> String {
        trimmed(String(text.unicodeScalars.filter { $0 == "\n" || $0 == "\t" || $0.value >= 0x20 && $0.value != 0x7F }))
    }

    /// Without blanks of any kind around it.
    static func trimmed(_ text: some StringProtocol) -> String {
        let end = text.lastIndex { !$0.isWhitespace }.map { text.index(after: $0) }
        guard let start = text.firstIndex(where: { !$0.isWhitespace }), let end else { return "" }
        return String(text[start..<end])
    }
}
