import Domain
import FoundationEssentials

extension PatchReport {
    /// Read by hand: thousands come in a second, and most of the time of `Codable` is not spent on what they say.
    ///
    /// - Throws: `RequestError` naming the field.
    init(json: JSONValue) throws(RequestError) {
        let job: JSONValue = try json.required("job")
        guard let phase = Phase(rawValue: try json.required("phase")) else {
            throw .invalidField(name: "phase", message: "The field phase has a value that is not known here.")
        }
        guard let kind = PatchJob.Kind(rawValue: try job.required("kind")) else {
            throw .invalidField(name: "job.kind", message: "The field job.kind must be install or rollback.")
        }
        let log: String = try json.optional("log") ?? ""
        self.init(
            job: PatchJob(
                deployment: try job.required("deployment"), endpoint: try job.required("endpoint"), kind: kind,
                attempt: try job.required("attempt")),
            phase: phase, message: StoredText.clean(try json.optional("message") ?? ""),
            before: try Self.states(json, "before"), after: try Self.states(json, "after"),
            hasChanged: try json.optional("has_changed") ?? false,
            awaitsReboot: try json.optional("awaits_reboot") ?? false,
            log: StoredText.clean(String(log.suffix(Self.longestLog))))
    }

    private static func states(_ json: JSONValue, _ name: String) throws(RequestError) -> [PackageState] {
        let items: [JSONValue] = try json.optional(name) ?? []
        guard items.count <= 5000 else {
            throw .invalidField(name: name, message: "The field \(name) has more than 5000 packages.")
        }
        var states: [PackageState] = []
        for item in items {
            states.append(
                PackageState(
                    name: StoredText.clean(try item.required("name")),
                    architecture: try item.optional("architecture", as: String.self).map(StoredText.clean),
                    version: try item.optional("version", as: String.self).map(StoredText.clean)))
        }
        return states
    }
}
