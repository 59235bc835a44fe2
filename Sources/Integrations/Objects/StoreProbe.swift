import Domain
import FoundationEssentials

/// Tries a store with a small object of its own: what works, and what the account may not do.
public struct StoreProbe: Sendable {
    /// One thing that was tried.
    public struct Step: Sendable, Equatable {
        public let action: ObjectAction
        /// Nil: it works.
        public let defect: ObjectError?
    }

    /// In the order in which they were tried; what a failure makes senseless is left out.
    public let steps: [Step]
    /// What works, and not as it should.
    public let warning: String?

    public var defects: [ObjectError] { steps.compactMap(\.defect) }

    private static let content = Array("Written by garrison doctor, which removes it again.\n".utf8)

    /// Writes, reads, lists and removes.
    public static func run(_ store: any ObjectStore) async -> StoreProbe {
        var steps: [Step] = []
        var warning: String?
        do {
            let key = try ObjectKey("garrison-doctor/\(UUID().uuidString.lowercased())")
            let isWritten = await attempt(.write, &steps) { try await store.put(ByteStream(content), at: key) }
            if isWritten {
                await attempt(.read, &steps) { try await read(store, key) }
                if store.abilities.createsOnly { warning = await overwrites(store, key) }
            } else if let defect = steps.first?.defect, !isOfPermission(defect) {
                return StoreProbe(steps: steps, warning: nil)
            }
            await attempt(.list, &steps) { try await listed(store, isWritten ? key : nil) }
            if isWritten {
                await attempt(.delete, &steps) {
                    try await store.delete(key)
                    if try await store.head(key) != nil { throw ObjectError.exists(key: key.text) }
                }
            }
        } catch {
            steps.append(Step(action: .write, defect: error))
        }
        return StoreProbe(steps: steps, warning: warning)
    }

    @discardableResult
    private static func attempt(
        _ action: ObjectAction, _ steps: inout [Step], _ body: () async throws -> Void
    ) async -> Bool {
        do {
            try await body()
            steps.append(Step(action: action, defect: nil))
            return true
        } catch {
            let defect = error as? ObjectError ?? .refused(host: "", status: 0, code: "\(type(of: error))")
            steps.append(Step(action: action, defect: defect))
            return false
        }
    }

    /// Others of the rights may be there all the same.
    private static func isOfPermission(_ defect: ObjectError) -> Bool {
        if case .forbidden = defect { true } else { false }
    }

    private static func read(_ store: any ObjectStore, _ key: ObjectKey) async throws {
        let whole = try await store.get(key).content.collect(upTo: 4_096)
        let part = try await store.get(key, from: 8, count: 2, version: nil).content.collect(upTo: 4_096)
        guard Array(whole) == content, Array(part) == Array(content[8..<10]) else {
            throw ObjectError.corrupt(key: key.text, expected: "what was written", actual: "another")
        }
    }

    private static func listed(_ store: any ObjectStore, _ key: ObjectKey?) async throws {
        let found = try await store.list("garrison-doctor/")
        if let key, found.next == nil, !found.objects.contains(where: { $0.key == key }) {
            throw ObjectError.notFound(key: key.text)
        }
    }

    /// A sentence when a write that must not replace anything did, or was not understood.
    private static func overwrites(_ store: any ObjectStore, _ key: ObjectKey) async -> String? {
        let advice = "set conditional_put=false in OBJECT_STORE_URL"
        do {
            _ = try await store.put(ByteStream(content), at: key, PutOptions(ifAbsent: true))
            return "it replaces objects that a conditional write must keep: \(advice)"
        } catch ObjectError.exists {
            return nil
        } catch ObjectError.unsupported {
            return "it does not know conditional writes: \(advice)"
        } catch {
            return nil
        }
    }
}
