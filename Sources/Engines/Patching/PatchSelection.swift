/// What is to be installed on an endpoint: the newest of everything, in an order in which it can be.
public struct PatchSelection: Sendable, Hashable {
    /// In their order; each has all that it needs when its turn comes.
    public var install: [String] = []
    /// What is not installed because another is: by which.
    public var superseded: [String: String] = [:]
    /// What cannot be installed, and the prerequisites that it lacks.
    public var blocked: [String: [String]] = [:]
    /// What is there already, itself or in one that has taken its place.
    public var present: [String] = []
}

extension PatchGraph {
    /// - Parameters:
    ///   - wanted: patches that are meant for the endpoint; unknown ones are patches that say nothing.
    ///   - installed: what it has.
    ///   - available: what else may be installed where a prerequisite asks for it; nothing else is.
    public func select(
        _ wanted: Set<String>, installed: Set<String>, available: Set<String> = []
    ) -> PatchSelection {
        var selection = PatchSelection()
        var strangers: [String] = []
        var goals: [Int] = []
        // What the endpoint has, with all that it contains.
        var present: [Int: Int] = [:]
        for patch in installed.compactMap(number) { mark(below: patch, in: &present) }
        for id in wanted.sorted() {
            if installed.contains(id) || number(of: id).map({ present[$0] != nil }) == true {
                selection.present.append(id)
            } else if let patch = number(of: id) {
                goals.append(patch)
            } else {
                strangers.append(id)
            }
        }
        let offered = Set(goals).union(available.compactMap(number).filter { present[$0] == nil })
        let reach = Reach(of: offered, present: present, in: self)
        choose(goals, reach, present, &selection)
        selection.install += strangers
        return selection
    }

    private func choose(
        _ goals: [Int], _ reach: Reach, _ present: [Int: Int], _ selection: inout PatchSelection
    ) {
        // Only what can be installed takes another's place.
        var heirs: [Int: Int] = [:]
        let possible = goals.filter { reach.rank[$0] != nil }.sorted { order[$0] < order[$1] }
        for patch in possible { mark(below: patch, in: &heirs) }
        for goal in goals {
            if let heir = heirs[goal] {
                if heir != goal { selection.superseded[names[goal]] = names[heir] }
            } else {
                let missing = needs[goal].filter { present[$0] == nil && reach.provider[$0] == nil }
                // A prerequisite that waits for one that is missing is missing, too.
                selection.blocked[names[goal]] = Set(missing.map { names[$0] }).sorted()
            }
        }
        let tops = possible.filter { heirs[$0] == $0 }
        let plan =
            legalOrder(of: tops, present) { heirs[$0] ?? reach.provider[$0] }
            ?? legalOrder(of: tops, present) { reach.provider[$0] } ?? []
        selection.install = plan.map { names[$0] }
    }

    /// The patches and what they need, needs first; nil where that is a circle.
    private func legalOrder(of patches: [Int], _ present: [Int: Int], provider: (Int) -> Int?) -> [Int]? {
        var state: [Int: Bool] = [:]
        var plan: [Int] = []
        for top in patches where state[top] == nil {
            var path = [(patch: top, next: 0)]
            state[top] = false
            while let (patch, next) = path.last {
                guard next < needs[patch].count else {
                    path.removeLast()
                    state[patch] = true
                    plan.append(patch)
                    continue
                }
                path[path.count - 1].next += 1
                let need = needs[patch][next]
                guard present[need] == nil, let found = provider(need) else { continue }
                switch state[found] {
                case true: continue
                case false: return nil
                case nil:
                    state[found] = false
                    path.append((found, 0))
                }
            }
        }
        return plan
    }
}

/// What can be installed at all, found forwards: whatever has its prerequisites can be, and then what waits for it.
struct Reach {
    /// When each can be installed, counted.
    private(set) var rank: [Int: Int] = [:]
    /// Which patch, installed first of all, brings what is needed.
    private(set) var provider: [Int: Int] = [:]

    init(of offered: Set<Int>, present: [Int: Int], in graph: PatchGraph) {
        var lacking: [Int: Int] = [:]
        var waiting: [Int: [Int]] = [:]
        var ready: [Int] = []
        for patch in offered {
            let missing = Set(graph.needs[patch].filter { present[$0] == nil })
            if missing.isEmpty { ready.append(patch) } else { lacking[patch] = missing.count }
            for need in missing { waiting[need, default: []].append(patch) }
        }
        while !ready.isEmpty {
            // The newest first, so that what is needed comes with it rather than from one that it supersedes.
            var next: [Int] = []
            for patch in ready.sorted(by: { graph.order[$0] < graph.order[$1] }) {
                rank[patch] = rank.count
                for brought in graph.mark(below: patch, in: &provider) {
                    for waiter in waiting[brought] ?? [] {
                        lacking[waiter, default: 0] -= 1
                        if lacking[waiter] == 0 { next.append(waiter) }
                    }
                }
            }
            ready = next
        }
    }
}
