/// The spellings under which a dictionary may know a name: lower case, without the words that are no
/// part of it (`.app`, `(x64)`, the version), joined as CPE names join words.
enum NameForms {
    /// The words of a name that count.
    static func words(_ name: String, version: String) -> [String] {
        var text = name.lowercased()
        if text.hasSuffix(".app") { text.removeLast(4) }
        if text.hasSuffix(".exe") { text.removeLast(4) }
        var words: [String] = []
        var word: [UInt8] = []
        var depth = 0
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "("), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: ")"), UInt8(ascii: "]"): depth = max(0, depth - 1)
            case UInt8(ascii: " "), UInt8(ascii: "_"), UInt8(ascii: ","), 0x09, UInt8(ascii: "-"):
                append(&word, to: &words)
            default: if depth == 0 { word.append(byte) }
            }
            if depth > 0, byte == UInt8(ascii: "(") || byte == UInt8(ascii: "[") { append(&word, to: &words) }
        }
        append(&word, to: &words)
        while words.count > 1, let last = words.last, isRemark(last, version) { words.removeLast() }
        return words
    }

    /// `docker_desktop`, `docker-desktop`, `dockerdesktop`.
    static func spellings(_ words: some BidirectionalCollection<String>) -> [String] {
        guard let first = words.first else { return [] }
        guard words.count > 1 else { return [first] }
        return [words.joined(separator: "_"), words.joined(separator: "-"), words.joined()]
    }

    private static func append(_ word: inout [UInt8], to words: inout [String]) {
        guard !word.isEmpty else { return }
        words.append(String(decoding: word, as: UTF8.self).replacing("®", with: "").replacing("™", with: ""))
        word.removeAll(keepingCapacity: true)
    }

    /// A version, an architecture or an installer's word behind the name.
    private static func isRemark(_ word: String, _ version: String) -> Bool {
        if word == version || remarks.contains(word) { return true }
        let digits = word.hasPrefix("v") ? word.dropFirst() : word[...]
        return digits.first?.isNumber == true && digits.contains(".")
            && digits.allSatisfy { $0.isNumber || $0 == "." }
    }

    private static let remarks: Set<String> = ["x64", "x86", "arm64", "x86_64", "64bit", "32bit", "64", "32", "amd64"]
}
