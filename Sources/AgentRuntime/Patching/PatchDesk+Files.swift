import Domain
import FoundationEssentials
import Glibc

extension PatchDesk {
    /// Where a package's file is; nil when it was not kept.
    func keptFile(_ name: String, _ architecture: String?, _ version: String, _ tool: any PackageTool) -> String? {
        tool.fileNames(name, architecture, version).map { "\(journal.store.path)/\($0)" }
            .first { access($0, R_OK) == 0 }
    }

    /// Puts aside what a rollback needs: the files of what is there now, from the tool's cache or its repository, and those of
    /// what comes, for the patch after this one. A file that is not to be had is noted, and is no reason to stay vulnerable.
    ///
    /// They are on the disk when it returns.
    func keepFiles(_ record: PatchRecord, _ tool: any PackageTool, _ process: ToolProcess) async throws {
        let store = journal.store
        try folder.folder("patches").create()
        try store.create()
        for change in record.changes {
            for version in [change.old, change.new].compactMap({ $0 }) {
                guard keptFile(change.name, change.architecture, version, tool) == nil,
                    !copyFromCache(change, version, tool), version == change.old
                else { continue }
                if let command = tool.keep(change.name, change.architecture, version, in: store.path) {
                    _ = try await process.run(command, limit: settings.downloadLimit)
                }
                if keptFile(change.name, change.architecture, version, tool) == nil {
                    process.log.note("\(change.name) \(version) is not to be had: a rollback could not bring it back")
                }
            }
        }
        for change in record.changes {
            guard let old = change.old, let path = keptFile(change.name, change.architecture, old, tool) else {
                continue
            }
            let descriptor = open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { continue }
            fsync(descriptor)
            close(descriptor)
        }
        try store.sync()
        pruneStore()
    }

    private func copyFromCache(_ change: PlannedChange, _ version: String, _ tool: any PackageTool) -> Bool {
        for name in tool.fileNames(change.name, change.architecture, version) {
            for cache in tool.caches where access("\(cache)/\(name)", R_OK) == 0 {
                let target = "\(journal.store.path)/\(name)"
                let draft = "\(target).new"
                unlink(draft)
                do {
                    try FileManager.default.copyItem(atPath: "\(cache)/\(name)", toPath: draft)
                    if rename(draft, target) == 0 { return true }
                } catch {
                    unlink(draft)
                }
            }
        }
        return false
    }

    /// When there are too many, those go first that no job could need, then those of the oldest jobs; never those of a job
    /// that is open.
    private func pruneStore() {
        let needs = needed()
        let names = (try? journal.store.names()) ?? []
        var files = names.compactMap { name -> (path: String, size: Int64, job: Int, time: Int)? in
            var facts = stat()
            let path = "\(journal.store.path)/\(name)"
            guard stat(path, &facts) == 0 else { return nil }
            // When it came here: apt gives a file the time of its repository.
            return (path, Int64(facts.st_size), needs[name] ?? 0, facts.st_ctim.tv_sec)
        }.sorted { ($0.job, $0.time) < ($1.job, $1.time) }
        var total = files.reduce(0) { $0 + $1.size }
        while total > settings.keptBytes, let oldest = files.first, oldest.job < Int.max {
            files.removeFirst()
            unlink(oldest.path)
            total -= oldest.size
        }
    }

    /// The last job that would go back to a file, by the file's name.
    private func needed() -> [String: Int] {
        var needs: [String: Int] = [:]
        for record in journal.records where record.order.job.kind == .install {
            let number = record.outcome == nil ? Int.max : record.number
            for change in record.found ?? record.changes {
                guard let old = change.old else { continue }
                for tool in PackageTools.all {
                    for name in tool.fileNames(change.name, change.architecture, old) {
                        needs[name] = max(needs[name] ?? 0, number)
                    }
                }
            }
        }
        return needs
    }

    /// Package files in the tool's cache.
    func cached(_ tool: any PackageTool) -> Set<String> {
        Set(tool.caches.flatMap { cache in ((try? StateFolder(cache).names()) ?? []).map { "\(cache)/\($0)" } })
    }

    /// What a job has fetched is installed, or of no use; what a rollback needs is kept elsewhere.
    func cleanUp(_ record: PatchRecord) {
        try? journal.folder(of: record.order.job).folder("files").removeAll()
        for path in record.downloaded ?? [] { unlink(path) }
    }

    /// The order's files, complete and by their digests.
    func fetchPayloads(_ record: PatchRecord) async throws -> [ToolTarget] {
        let place = journal.folder(of: record.order.job).folder("files")
        try place.create()
        var targets: [ToolTarget] = []
        for payload in record.order.payloads {
            try await say(record, .downloading, "It downloads \(payload.name): \(payload.bytes / 1024) KiB.")
            let fetch = PayloadFetch(
                payload: payload, path: "\(place.path)/\(payload.name)",
                bytesPerSecond: record.order.bytesPerSecond, client: client)
            try await fetch.run(limit: settings.downloadLimit)
            targets.append(ToolTarget(payload.name, nil, nil, file: fetch.path))
        }
        return targets
    }
}
