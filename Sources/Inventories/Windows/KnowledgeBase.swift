import Domain

/// Knowledge-base numbers in what Windows prints.
enum KnowledgeBase {
    /// Every `KB…` in the lines, each once, in order.
    static func updates(in lines: some Sequence<Substring>) -> [InstalledUpdate] {
        var seen: Set<String> = []
        var updates: [InstalledUpdate] = []
        for line in lines {
            for word in line.split(whereSeparator: { !$0.isLetter && !$0.isNumber }) {
                guard word.utf8.first.map({ $0 | 0x20 == UInt8(ascii: "k") }) == true,
                    let id = InstalledUpdate.knowledgeBaseID(word), seen.insert(id).inserted
                else { continue }
                updates.append(InstalledUpdate(id: id))
            }
        }
        return updates
    }
}
