import Domain
import FoundationEssentials
import HTTPTypes
import Objects
import Store

/// `/api/patches/{id}/files`: files that agents install instead of what their repositories have.
enum PatchFileRoutes {
    static func all(_ dependencies: APIDependencies) -> [AnyRoute] {
        let shelf = dependencies.shelf
        let addresses = PatchAddresses(objects: shelf.objects, box: dependencies.secrets)
        return [list(shelf.store).erased, upload(shelf).erased, remove(shelf).erased, payload(shelf, addresses).erased]
    }

    private static let tag = "Patches"

    private static func list(_ store: Store) -> Route<PatchFileListInput, Page<PatchFileView>> {
        Route(
            .get, "/api/patches/{id}/files", "List a patch's files", tag: tag, access: .permission(.read),
            description: "Those that this tenant has given for it.", errors: ["patch.not_found"]
        ) { input, scope in
            // An unknown patch is 404, not an empty list.
            let tenant = try scope.tenant
            _ = try await store.patches.detail(input.id, tenant: tenant)
            let files = try await store.patchFiles.list(input.id, tenant: tenant)
            return try Page(whole: files.map(PatchFileView.init), input.page) { $0.file.name.text }
        }
    }

    private static func upload(_ shelf: PatchShelf) -> Route<PatchFileUpload, Created<PatchFileView>> {
        Route(
            .post, "/api/patches/{id}/files", "Upload a patch's file", tag: tag, access: .permission(.deploy),
            description: """
                A package's file, under the name that its package manager gives it; it is written as it comes. One that does \
                not come to its end, or has another SHA-256 than was announced, is not there. The same file again changes \
                nothing.
                """, errors: ["patch.not_found", "patch_file.conflict", "object_store.busy", "object.too_large"],
            limits: RouteLimits(bodySize: Int(shelf.largest), timeout: .seconds(3600))
        ) { input, scope in
            let request = PatchShelf.Request(
                name: input.name, patch: input.patch, sha256: input.sha256, isCompanion: input.isCompanion,
                principal: try scope.principal)
            let file = try await shelf.keep(input.body, request)
            return Created(PatchFileView(file), location: "\(scope.path)/\(file.id)")
        }
    }

    private static func remove(_ shelf: PatchShelf) -> Route<PatchFileInput, NoContent> {
        Route(
            .delete, "/api/patches/{id}/files/{file}", "Remove a patch's file", tag: tag,
            access: .permission(.deploy),
            description: "Endpoints that have not begun take what their repositories have.",
            errors: ["patch_file.not_found"]
        ) { input, scope in
            try await shelf.remove(input.file, of: input.patch, by: try scope.principal)
            return NoContent()
        }
    }

    private static func payload(
        _ shelf: PatchShelf, _ addresses: PatchAddresses
    ) -> Route<PayloadInput, ObjectContent<PackageFileType>> {
        Route(
            .get, PatchAddresses.path, "Download an order's file", tag: tag, access: .open,
            description: """
                By an address that an order holds, where the object store cannot sign one: it is good for one file and some \
                hours. `Range` continues a download.
                """, errors: ["payload.not_found", "payload.expired", "payload.range"],
            limits: RouteLimits(cost: 0.2)
        ) { input, scope in
            try addresses.check(input.code, of: input.file, tenant: input.tenant, until: input.until)
            let file: PatchFile
            do {
                file = try await shelf.store.patchFiles.find(input.file, tenant: input.tenant)
            } catch StoreError.notFound {
                throw PayloadRefusal.unknown
            }
            return try await shelf.content(
                of: file.objectKey, bytes: file.bytes, as: file.name.text, scope)
        }
    }
}

/// A part of a patch's files.
struct PatchFileListInput: RouteInput {
    static let parameters: [any ParameterDescribing] = [PatchInput.id] + PageRequest.parameters
    let id: PatchID
    let page: PageRequest

    init(from request: RequestReader) throws {
        id = try request.path(PatchInput.id)
        page = try PageRequest(from: request, sort: PageRequest.keyOrder)
    }
}

/// A file as it comes, and what is said of it.
struct PatchFileUpload: RouteInput {
    static let name = QueryParameter<String>(
        "name", "NAME_VERSION_ARCHITECTURE.deb, NAME-VERSION-RELEASE.ARCHITECTURE.rpm or NAME-VERSION-rRELEASE.apk.")
    static let sha256 = QueryParameter<String>("sha256", "What it has to be, in hexadecimal.")
    static let companion = QueryParameter<Bool>(
        "companion", "It goes along with the patch's packages, installed or not: something that they newly need.")
    static let parameters: [any ParameterDescribing] = [PatchInput.id, name, sha256, companion]
    static let body = BodyContract.stream(mediaTypes: ["application/octet-stream"], description: "The file.")
    let patch: PatchID
    let name: String
    let sha256: String?
    let isCompanion: Bool
    let body: LimitedBody

    init(from request: RequestReader) throws {
        patch = try request.path(PatchInput.id)
        guard let name = try request.query(Self.name) else { throw RequestError.missingParameter(name: "name") }
        self.name = name
        sha256 = try request.query(Self.sha256)
        isCompanion = try request.query(Self.companion) ?? false
        guard let stream = request.stream else { throw RequestError.missingField(name: "body") }
        body = stream
    }
}

/// Which file of which patch.
struct PatchFileInput: RouteInput {
    static let file = PathParameter<PatchFileID>("file", "The file.")
    static let parameters: [any ParameterDescribing] = [PatchInput.id, file]
    let patch: PatchID
    let file: PatchFileID

    init(from request: RequestReader) throws {
        patch = try request.path(PatchInput.id)
        file = try request.path(Self.file)
    }
}

/// What an address of this server says.
struct PayloadInput: RouteInput {
    static let tenant = QueryParameter<TenantID>("tenant", "Whose file it is.")
    static let file = QueryParameter<PatchFileID>("file", "The file.")
    static let until = QueryParameter<Int>("until", "When the address ends, in seconds since 1970.")
    static let code = QueryParameter<String>("code", "The server's signature.")
    static let parameters: [any ParameterDescribing] = [tenant, file, until, code]
    let tenant: TenantID
    let file: PatchFileID
    let until: Int
    let code: String

    init(from request: RequestReader) throws {
        guard let tenant = try request.query(Self.tenant), let file = try request.query(Self.file),
            let until = try request.query(Self.until), let code = try request.query(Self.code)
        else { throw PayloadRefusal.unknown }
        self.tenant = tenant
        self.file = file
        self.until = until
        self.code = code
    }
}
