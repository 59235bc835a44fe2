import Domain
import Inventories
import Store

extension VEXStore {
    /// Takes a document as it comes: OpenVEX or CSAF.
    /// - Throws: `DocumentError`, and what ``VEXStore/add(_:content:by:at:)`` throws.
    @discardableResult
    package func add(content: [UInt8], by principal: Principal) async throws -> VEXRecord {
        try await add(try VEXReader.document(content), content: content, by: principal)
    }
}
