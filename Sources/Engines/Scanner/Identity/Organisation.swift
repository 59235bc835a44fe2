/// Who makes a thing, as a comparable text: the letters and digits of a name without its legal form.
struct Organisation {
    /// `Docker Inc` as `docker`, `Zoom Video Communications, Inc.` as `zoom`, `video`, `communications`.
    let words: [String]
    let compact: String

    init(_ text: String) {
        var words: [String] = []
        var word: [UInt8] = []
        for byte in text.utf8 {
            let lower = byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
            let isPlain = lower >= 0x61 && lower <= 0x7A || lower >= 0x30 && lower <= 0x39 || lower >= 0x80
            if isPlain {
                word.append(lower)
            } else if byte != UInt8(ascii: ".") && byte != UInt8(ascii: "'"), !word.isEmpty {
                words.append(String(decoding: word, as: UTF8.self))
                word.removeAll(keepingCapacity: true)
            }
        }
        if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
        while words.count > 1, let last = words.last, Self.forms.contains(last) { words.removeLast() }
        if words.count > 1, words[0] == "the" { words.removeFirst() }
        self.words = words
        compact = words.joined()
    }

    /// The organisation that a code signature names.
    init(signer: String) {
        var text = Substring(signer)
        if let colon = text.firstIndex(of: ":"), text.hasPrefix("Developer ID") || text.hasPrefix("Apple ") {
            text = text[text.index(after: colon)...]
        }
        if let common = text.range(of: "O="), text.contains("CN=") || text.hasPrefix("O=") {
            text = text[common.upperBound...].prefix { $0 != "," }
        }
        if let paren = text.lastIndex(of: "(") { text = text[..<paren] }
        self.init(String(text))
    }

    /// Whether it is the vendor of a CPE name: equal, or one name is the beginning of the other
    /// (`zoom` of `zoom video communications`), short words aside.
    func isVendor(_ vendor: Organisation) -> Bool {
        if compact.isEmpty || vendor.compact.isEmpty { return false }
        if compact == vendor.compact { return true }
        let (short, long) = words.count <= vendor.words.count ? (words, vendor.words) : (vendor.words, words)
        guard let first = short.first, short.joined().utf8.count > 3 || first == long.first && short.count == 1,
            short.count < long.count
        else { return false }
        return long.starts(with: short)
    }

    private static let forms: Set<String> = [
        "inc", "llc", "ltd", "limited", "gmbh", "corp", "corporation", "co", "company", "ag", "ab", "bv", "sa", "sas",
        "srl", "sro", "oy", "pty", "plc", "kg", "project", "foundation", "incorporated", "kk", "sarl", "pbc",
    ]
}

extension Substring {
    /// The first place of a text in this one.
    fileprivate func range(of text: String) -> Range<Index>? { firstRange(of: text) }
}
