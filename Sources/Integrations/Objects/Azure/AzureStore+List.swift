import FoundationEssentials
import NIOHTTP1

extension AzureStore {
    func list(_ prefix: String, after page: String?, limit: Int) async throws -> ObjectPage {
        var query = [
            (name: "comp", value: "list"), (name: "maxresults", value: String(limit)),
            (name: "prefix", value: location.prefix + prefix), (name: "restype", value: "container"),
        ]
        if let page { query.append(("marker", page)) }
        let request = ObjectRequest(.GET, origin: location.origin, path: location.containerPath, query: query)
        let (answer, _) = try await courier.send(request, .init(.list))
        guard let document = XMLElement(answer.text) else {
            throw ObjectError.refused(host: courier.words.host, status: answer.status, code: "no XML")
        }
        let next = document["NextMarker"] ?? ""
        return ObjectPage(
            objects: document.first("Blobs")?.all("Blob").compactMap(object) ?? [], next: next.isEmpty ? nil : next)
    }

    /// Nil of what is no object of ours.
    private func object(_ element: XMLElement) -> StoredObject? {
        guard let name = element["Name"], name.hasPrefix(location.prefix),
            let key = ObjectKey(listed: name.dropFirst(location.prefix.count)),
            let properties = element.first("Properties"),
            let size = properties["Content-Length"].flatMap({ Int64($0) }), let tag = properties["Etag"],
            let modified = properties["Last-Modified"].flatMap(WireTime.parse)
        else { return nil }
        return StoredObject(key: key, size: size, version: S3Store.unquoted(tag), modified: modified)
    }

    /// The service removes uncommitted blocks by itself, a week after the last one came.
    func discardUnfinishedUploads(before date: Date) async throws -> Int { 0 }

    func lifecycleRule(days: Int) -> LifecycleRule? {
        let text = """
            {
              "rules": [
                {
                  "enabled": true,
                  "name": "garrison-retention",
                  "type": "Lifecycle",
                  "definition": {
                    "filters": {"blobTypes": ["blockBlob"], "prefixMatch": ["\(location.container)/\(location.prefix)"]},
                    "actions": {"baseBlob": {"delete": {"daysAfterModificationGreaterThan": \(days)}}}
                  }
                }
              ]
            }
            """
        return LifecycleRule(
            text: text,
            command: "az storage account management-policy create --account-name \(location.account) "
                + "--resource-group GROUP --policy @rule.json")
    }
}
