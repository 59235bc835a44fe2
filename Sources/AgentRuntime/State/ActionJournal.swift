import AgentProtocol
import Domain
import FoundationEssentials

/// Which actions were begun and what came of them, on the disk: an action that the server hands out twice, because the
/// answer to its result was lost, is done once.
package struct ActionJournal {
    private struct Line: Codable {
        var action: AgentWork.Action
        var result: AgentResult?
    }

    private static let file = "actions.json"
    /// The server asks again for a day at most; this many are more than it hands out by then.
    private static let kept = 200

    private let folder: StateFolder
    private var lines: [Line]

    package init(_ folder: StateFolder) throws(AgentError) {
        self.folder = folder
        let bytes = try folder.read(Self.file)
        lines = bytes.flatMap { try? AgentJSON.decode([Line].self, from: $0) } ?? []
    }

    /// What came of an action; nil when it is not known or not done.
    package func result(of action: AgentWork.Action) -> AgentResult? {
        lines.first { $0.action.id == action.id }?.result
    }

    /// Actions that were begun and whose end is not known: the process was killed meanwhile.
    package var interrupted: [AgentWork.Action] { lines.filter { $0.result == nil }.map(\.action) }

    package mutating func begin(_ action: AgentWork.Action) throws(AgentError) {
        guard !lines.contains(where: { $0.action.id == action.id }) else { return }
        lines.append(Line(action: action))
        try save()
    }

    package mutating func end(_ action: AgentWork.Action, _ result: AgentResult) throws(AgentError) {
        guard let place = lines.firstIndex(where: { $0.action.id == action.id }) else { return }
        lines[place].result = result
        if lines.count > Self.kept, let done = lines.firstIndex(where: { $0.result != nil }) { lines.remove(at: done) }
        try save()
    }

    private func save() throws(AgentError) {
        guard let bytes = try? AgentJSON.encode(lines) else {
            throw .state(path: folder.path, reason: "\(Self.file) cannot be written")
        }
        try folder.write(bytes, to: Self.file)
    }
}
