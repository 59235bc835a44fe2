import Objects

/// Whether files can be written to the object store, read from it, listed and removed.
struct ObjectStoreExamination: Examination {
    let configuration: Configuration

    private static let name = "object_store"

    func checks() async -> [Check] {
        let store: any ObjectStore
        do {
            store = try configuration.objectStore
        } catch {
            return [.problem(Self.name, error.message, "Correct OBJECT_STORE_URL and the variables that it needs.")]
        }
        // Whoever looks may be another user than whoever serves: the folder must not become his.
        if let folder = store as? FolderStore, !folder.isMade {
            return [.ok(Self.name, "object store: \(store.place), made when the first file is stored")]
        }
        let probe = await StoreProbe.run(store)
        await store.close()
        return checks(probe, store.place)
    }

    private func checks(_ probe: StoreProbe, _ place: String) -> [Check] {
        let problems = probe.steps.compactMap { step -> Check? in
            guard let defect = step.defect else { return nil }
            return .problem("\(Self.name).\(step.action.rawValue)", "object store \(place): \(defect.message)", nil)
        }
        guard problems.isEmpty else { return problems }
        if let warning = probe.warning {
            return [
                .warning(Self.name, "object store \(place): it writes, reads, lists and removes", "But \(warning).")
            ]
        }
        return [.ok(Self.name, "object store: \(place) writes, reads, lists and removes")]
    }
}
