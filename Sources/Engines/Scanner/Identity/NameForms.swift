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

    /// The words without what names of installers add: the version in their midst with what belongs to it (`OpenVPN
    /// 2.6.12-I001 amd64`), a number of the release (`PostgreSQL 16`). Words behind a version that say what else it is
    /// (`Python 3.12.8 Documentation`) are part of the name.
    static func shortened(_ words: [String]) -> [[String]] {
        var forms: [[String]] = []
        if let place = words.dropFirst().firstIndex(where: isVersion), words[(place + 1)...].allSatisfy(isAddition) {
            forms.append(Array(words[..<place]))
        }
        let unnumbered = Array(words.reversed().drop { $0.allSatisfy(\.isNumber) }.reversed())
        if !unnumbered.isEmpty, unnumbered.count < words.count { forms.append(unnumbered) }
        return forms.map { form in
            guard form.count > 1, let last = form.last, ["version", "release"].contains(last) else { return form }
            return Array(form.dropLast())
        }
    }

    private static func isAddition(_ word: String) -> Bool {
        word.contains(where: \.isNumber) || word.utf8.count < 4 || remarks.contains(word) || additions.contains(word)
    }

    private static let additions: Set<String> = ["hdri", "stable", "ltsr", "user", "machine"]

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
        word == version || remarks.contains(word) || isVersion(word)
    }

    private static func isVersion(_ word: String) -> Bool {
        let digits = word.hasPrefix("v") ? word.dropFirst() : word[...]
        return digits.first?.isNumber == true && digits.contains(".")
            && digits.allSatisfy { $0.isNumber || $0 == "." }
    }

    private static let remarks: Set<String> = ["x64", "x86", "arm64", "x86_64", "64bit", "32bit", "64", "32", "amd64"]
}
