-- A tenant's items in the order of their ids: the relay takes them anew by so many at a time.
CREATE INDEX content_items_tenant_id ON content_items (tenant_id, id);
