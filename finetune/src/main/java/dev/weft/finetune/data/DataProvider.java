package dev.weft.finetune.data;

import java.util.List;

/**
 * Data sources of a user's own jar: {@code META-INF/services/dev.weft.finetune.data.DataProvider}
 * names the implementation, which has a constructor without parameters.
 */
@FunctionalInterface
public interface DataProvider {
  List<DataSource> sources();
}
