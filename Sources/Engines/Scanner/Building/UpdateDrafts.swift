import Domain

/// What is known of a vendor's updates, by number: which they take the place of, and which builds they make.
struct UpdateDrafts {
    private struct Draft {
        var supersedes: Set<UInt32> = []
        var builds: Set<String> = []
    }

    private var drafts: [UInt32: Draft] = [:]

    /// Documents of several months name one update; what each says counts.
    mutating func add(_ patch: Patch) {
        guard let number = Self.number(patch.id) else { return }
        var draft = drafts[number] ?? Draft()
        draft.supersedes.formUnion(patch.supersedes.compactMap(Self.number))
        draft.builds.formUnion(patch.builds)
        drafts[number] = draft
    }

    /// `KB5034127`; nil for another vendor's.
    static func number(_ id: String) -> UInt32? {
        InstalledUpdate.knowledgeBaseID(id).flatMap { UInt32($0.dropFirst(2)) }
    }

    /// The rows in the order of their numbers, their lists joined by newlines.
    func rows(_ intern: (String) -> StringRef) -> [UpdateRow] {
        drafts.sorted { $0.key < $1.key }.map { number, draft in
            let supersedes = draft.supersedes.sorted().map(String.init).joined(separator: "\n")
            return UpdateRow(
                number: number, supersedes: intern(supersedes),
                builds: intern(draft.builds.sorted().joined(separator: "\n")))
        }
    }
}
