import Domain
import FoundationEssentials

/// Patches, what they take the place of and what has to be there before them. Made once in time that grows with their
/// number, asked for each endpoint (`select`). What patches say may be circular, and may name patches that are unknown.
public struct PatchGraph: Sendable {
    /// What is known of a patch.
    public struct Node: Sendable, Hashable {
        public let id: String
        public let released: Date?
        public let supersedes: [String]
        /// Each of them has to be there, or one that takes its place.
        public let prerequisites: [String]

        public init(_ id: String, released: Date? = nil, supersedes: [String] = [], prerequisites: [String] = []) {
            self.id = id
            self.released = released
            self.supersedes = supersedes
            self.prerequisites = prerequisites
        }

        public init(_ patch: Patch, prerequisites: [String] = []) {
            self.init(
                patch.id, released: patch.released, supersedes: patch.supersedes, prerequisites: prerequisites)
        }
    }

    /// The names by number, those that are only mentioned included.
    private(set) var names: [String] = []
    private(set) var older: [[Int]] = []
    private(set) var needs: [[Int]] = []
    /// A patch comes before everything that it supersedes; of a circle, the newest comes first.
    private(set) var order: [Int] = []
    private var numbers: [String: Int] = [:]

    /// What several nodes say of one patch is put together.
    public init(_ nodes: [Node]) {
        var released: [Double] = []
        func number(_ id: String) -> Int {
            if let number = numbers[id] { return number }
            numbers[id] = names.count
            names.append(id)
            older.append([])
            needs.append([])
            released.append(-.infinity)
            return names.count - 1
        }
        for node in nodes {
            let patch = number(node.id)
            for id in node.supersedes where id != node.id { older[patch].append(number(id)) }
            for id in node.prerequisites where id != node.id { needs[patch].append(number(id)) }
            if let date = node.released {
                released[patch] = max(released[patch], date.timeIntervalSinceReferenceDate)
            }
        }
        var rank = 0
        var order = [Int](repeating: 0, count: names.count)
        // Components come with those first that supersede nothing.
        for component in StrongComponents(older).components.reversed() {
            for patch in component.sorted(by: { (released[$0], names[$0]) > (released[$1], names[$1]) }) {
                order[patch] = rank
                rank += 1
            }
        }
        self.order = order
    }

    func number(of id: String) -> Int? { numbers[id] }

    /// Marks everything that `patch` contains and is not marked, itself included, with `patch`.
    ///
    /// - Returns: what was marked.
    @discardableResult
    func mark(below patch: Int, in marks: inout [Int: Int]) -> [Int] {
        guard marks[patch] == nil else { return [] }
        marks[patch] = patch
        var marked = [patch]
        var next = 0
        while next < marked.count {
            for older in older[marked[next]] where marks[older] == nil {
                marks[older] = patch
                marked.append(older)
            }
            next += 1
        }
        return marked
    }
}

/// Tarjan's strongly connected components, without recursion: chains of supersedence are long.
struct StrongComponents {
    /// A component comes after those that it leads to.
    private(set) var components: [[Int]] = []

    private var index: [Int]
    private var low: [Int]
    private var isOpen: [Bool]
    private var open: [Int] = []
    private var count = 0

    init(_ edges: [[Int]]) {
        index = Array(repeating: -1, count: edges.count)
        low = index
        isOpen = Array(repeating: false, count: edges.count)
        for start in edges.indices where index[start] < 0 { visit(start, edges) }
    }

    private mutating func visit(_ start: Int, _ edges: [[Int]]) {
        var path = [(node: start, next: 0)]
        enter(start)
        while let (node, next) = path.last {
            guard next < edges[node].count else {
                path.removeLast()
                close(node)
                if let above = path.last?.node { low[above] = min(low[above], low[node]) }
                continue
            }
            path[path.count - 1].next += 1
            let target = edges[node][next]
            if index[target] < 0 {
                enter(target)
                path.append((target, 0))
            } else if isOpen[target] {
                low[node] = min(low[node], index[target])
            }
        }
    }

    private mutating func enter(_ node: Int) {
        index[node] = count
        low[node] = count
        count += 1
        open.append(node)
        isOpen[node] = true
    }

    private mutating func close(_ node: Int) {
        guard low[node] == index[node] else { return }
        var component: [Int] = []
        while let last = open.popLast() {
            isOpen[last] = false
            component.append(last)
            if last == node { break }
        }
        components.append(component)
    }
}
