import FoundationEssentials
import NIOHTTP1

extension S3Store {
    func list(_ prefix: String, after page: String?, limit: Int) async throws -> ObjectPage {
        var query = [
            (name: "list-type", value: "2"), (name: "max-keys", value: String(limit)),
            (name: "prefix", value: location.prefix + prefix),
        ]
        if let page { query.append(("continuation-token", page)) }
        let document = try await bucketDocument(query)
        let objects = document.all("Contents").compactMap(object)
        let isCut = document["IsTruncated"] == "true"
        return ObjectPage(objects: objects, next: isCut ? document["NextContinuationToken"] : nil)
    }

    /// Nil of what is no object of ours: an empty one that a console made for a folder.
    private func object(_ element: XMLElement) -> StoredObject? {
        guard let name = element["Key"], name.hasPrefix(location.prefix),
            let key = ObjectKey(listed: name.dropFirst(location.prefix.count)),
            let size = element["Size"].flatMap({ Int64($0) }), let tag = element["ETag"],
            let modified = element["LastModified"].flatMap(WireTime.parse)
        else { return nil }
        return StoredObject(key: key, size: size, version: Self.unquoted(tag), modified: modified)
    }

    private func bucketDocument(_ query: [(name: String, value: String)]) async throws -> XMLElement {
        let request = ObjectRequest(.GET, origin: location.origin, path: location.bucketPath, query: query)
        let (answer, _) = try await courier.send(request, .init(.list))
        guard let document = XMLElement(answer.text) else {
            throw ObjectError.refused(host: courier.words.host, status: answer.status, code: "no XML")
        }
        return document
    }

    func discardUnfinishedUploads(before date: Date) async throws -> Int {
        var count = 0
        var query = [(name: "uploads", value: ""), (name: "prefix", value: location.prefix)]
        while true {
            let document = try await bucketDocument(query)
            for upload in document.all("Upload") {
                guard let name = upload["Key"], let id = upload["UploadId"], name.hasPrefix(location.prefix),
                    let key = ObjectKey(listed: name.dropFirst(location.prefix.count)),
                    let begun = upload["Initiated"].flatMap(WireTime.parse), begun < date
                else { continue }
                let abort = request(.DELETE, key, [("uploadId", id)])
                _ = try await courier.send(abort, .init(.write, key.text)) { $0 == 404 }
                count += 1
            }
            guard document["IsTruncated"] == "true", let key = document["NextKeyMarker"],
                let id = document["NextUploadIdMarker"]
            else { return count }
            query = [
                ("uploads", ""), ("prefix", location.prefix), ("key-marker", key), ("upload-id-marker", id),
            ]
        }
    }

    func lifecycleRule(days: Int) -> LifecycleRule? {
        let text = """
            {
              "Rules": [
                {
                  "ID": "garrison-retention",
                  "Status": "Enabled",
                  "Filter": {"Prefix": "\(location.prefix)"},
                  "Expiration": {"Days": \(days)},
                  "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
                  "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}
                }
              ]
            }
            """
        return LifecycleRule(
            text: text,
            command: "aws s3api put-bucket-lifecycle-configuration --bucket \(location.bucket) "
                + "--lifecycle-configuration file://rule.json")
    }
}
