import Domain
import FoundationEssentials
import Patching

/// What a target's turn comes to.
enum JobContent: Equatable {
    case packages([PatchOrder.Package])
    /// What it would end is not there any more.
    case nothingToDo
    /// All of it is installed, and runs after a restart.
    case restart
    case impossible(String)

    /// What is to be installed, in one question however many endpoints there are.
    ///
    /// - Parameter update: the vendor's name of what is installed as a whole, behind what it needs first; nil for packages,
    ///   which their manager resolves itself.
    static func all(
        of patch: PatchID, on endpoints: [EndpointID], update: String?, _ store: Store, tenant: TenantID
    ) async throws -> [EndpointID: JobContent] {
        if endpoints.isEmpty { return [:] }
        let found = try await store.patches.content(of: patch, on: endpoints, tenant: tenant)
        let isPackaged = try await !store.patches.packages(of: patch).isEmpty
        let prerequisites = update == nil ? nil : try await PatchPrerequisites(of: patch, store)
        let steps = try await prerequisites?.steps(on: endpoints, store, tenant: tenant) ?? [:]
        var contents: [EndpointID: JobContent] = [:]
        for one in found {
            contents[one.endpoint] =
                if let update, one.isNeeded {
                    JobContent(steps[one.endpoint] ?? PatchSteps(install: [update]))
                } else {
                    JobContent(one, isPackaged: isPackaged)
                }
        }
        return contents
    }

    init(_ steps: PatchSteps) {
        self =
            steps.obstacle.map(JobContent.impossible)
            ?? .packages(steps.install.map { PatchOrder.Package(name: $0, version: nil) })
    }

    init(_ content: PatchStore.Content, isPackaged: Bool) {
        let changes = content.packages
        guard !changes.isEmpty else {
            self =
                switch (content.isNeeded, isPackaged, content.isInstalled) {
                case (false, _, _): .nothingToDo
                case (true, false, _): .impossible("No package manager installs this patch here.")
                case (true, true, true): .restart
                case (true, true, false):
                    .impossible("Nothing that is installed here brings the fix, as a kernel without its metapackage.")
                }
            return
        }
        // Where advisories do not tell how a package's own version is written, what its repository has counts.
        self = .packages(
            changes.map { change in
                PatchOrder.Package(
                    name: change.name, architecture: change.architecture, version: change.version,
                    installed: change.installed)
            })
    }

    /// What the server itself says of a job that is not handed out; nil for one that is.
    func outcome(attempt: Int) -> TargetReport? {
        switch self {
        case .packages: nil
        case .nothingToDo: TargetReport(.install, attempt: attempt, .succeeded(awaitsReboot: false))
        case .restart: TargetReport(.install, attempt: attempt, .succeeded(awaitsReboot: true))
        case .impossible(let reason): TargetReport(.install, attempt: attempt, .failed(reason, hasChanged: false))
        }
    }
}
