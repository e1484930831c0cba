<?php

return [
    'baseUrl' => 'https://harbour.example/museum',
    'production' => true,
    'collections' => [
        'posts' => [
            'path' => 'news/{date|Y/m}/{-filename}',
            'sort' => '-date',
            'filter' => fn ($item) => $item->published ?? true,
        ],
        'talks' => [
            'path' => 'talk/{_title}',
        ],
        'boats' => [],
    ],
];
